/** Words of any English sentence. */
const grammar = `a about after again all also an and any are as at be because been before being both but by can could did do
does doing down during each else even few for from further get gets getting got had has have having he her here his how
if in into is it its itself just keep keeps like likely made make many may me might more most much must my near need no
nor not now of off on once one only or other our out over own per quite rather same see seen seems shall she should since
so some still such than that the their them then there these they this those through to too two under until up upon us
very via was we were what when where which while who whose why will with within without would yet you your`;

/** Words of any incident: what is wrong, how badly, whom it hits, and what systems call it. */
const trouble = `alert alerts abnormal above affected affecting alarm alerting bad below breach breached broke broken calling complain
complaining critical crit customer customers degradation degraded elevated error errors exceeded exceeding fail failed
failing fails failure failures fault faults firing high higher impact impacted impacting incident incidents increase
increased increasing issue issues large logs lot low lower major many mention mentions minor monitor multiple number observed outage outages
page paging partial percent percentage possible problem problems rate rates raised report reported reporting reports
resolved returning returns returned rise rising sev several severity severe spike spikes spiking started sudden suddenly
surge threshold time times total triggered trigger unavailable unable unexpected unhealthy unknown unusual user users
warn warning wrong`;

/** Words of any change or any place. */
const everyday = `app application change changed changes cluster code commit component deploy deployed deployment deploys env
environment instance job live main master merge namespace new node null old pod pods prd pr prod production region
release released request requests response responses server service services stage staging stg status system systems
test true false update updated updates version versions com http https www io org net html url id`;

const plain = new Set(`${grammar} ${trouble} ${everyday}`.split(/\s+/));

/** Whether a word can tell one change from another. */
export function isTelling(word: string): boolean {
  return !plain.has(word);
}
