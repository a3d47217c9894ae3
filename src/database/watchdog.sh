#!/bin/sh
# Runs PostgreSQL for as long as anybody holds the pipe at descriptor 3 open for writing. The kernel closes it for a
# process that dies in any way, so the server never outlives its last user, and needs no list of them.
#
#   watchdog.sh <mark> <directory to remove at the end, or empty> <command …>
#
# Who joins writes a line and then looks for the mark. The mark is made before the last look at the pipe, so one of the
# two always sees the other: nobody is given a server that is about to stop.
mark=$1 remove=$2
shift 2
trap '' INT TERM HUP
rm -f "$mark"
"$@" 3<&- &
server=$!
(
  while :; do
    while read -r _ <&3; do :; done
    : >"$mark"
    read -r _ <&3 || break
    rm -f "$mark"
  done
  kill -INT "$server"
) &
watch=$!
wait "$server"
code=$?
kill -KILL "$watch" 2>/dev/null
if [ -n "$remove" ]; then rm -rf "$remove"; fi
exit "$code"
