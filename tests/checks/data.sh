# Real data against golden numbers and plain SQL, the sample broker, and the same bytes at scale. Without ../shared, which holds
# the data and the numbers, only the broker is left.
set -uo pipefail
work=$1
mkdir -p "$work/data"

# A database whose owner installed the extension; the data and everything else are another ordinary user's.
database() {
  psql -qX -v ON_ERROR_STOP=1 -c "drop database if exists $1" -c "create database $1 owner bank_owner" &&
    psql -qX -v ON_ERROR_STOP=1 -U bank_owner -d "$1" -c 'create extension pg_crm' -c 'grant usage on schema crm to banker' \
      -c "grant create on database $1 to banker" -c 'grant create on schema public to banker'
}
load() { psql -qX -v ON_ERROR_STOP=1 -U banker "$@" >/dev/null; }

# assertions NAME DATABASE FILE…: runs the files in one session; what they assert goes to NAME.asserted.
assertions() {
  local name=$1 database=$2
  shift 2
  psql -qX -U banker -d "$database" -f tests/golden/expect.sql "${@/#/-f}" >"$work/data/$name.out" 2>"$work/data/$name.err"
  local status=$?
  { grep -a -E '^(ok|FAILED): ' "$work/data/$name.out"
    [ $status = 0 ] || echo "FAILED: $name: psql ended with $status: $(head -n 3 "$work/data/$name.err" | tr '\n' ' ')"; } >"$work/data/$name.asserted"
}
# clear DATABASE: without the tables of the job, whose names the pages use too.
clear() { psql -qX -v ON_ERROR_STOP=1 -d "$1" -c 'set client_min_messages = warning; drop schema public cascade; create schema public; grant all on schema public to banker' >/dev/null; }
# pages DATA: what the pages of the documentation show of this data set.
pages() {
  local printed
  if printed=$(python3 tests/docs.py --on "$1" banker "data_$1" 2>&1); then echo "ok: $1: ${printed//$'\n'/; }"; else
    echo "FAILED: $1: $(tr '\n' '|' <<<"$printed")"; fi >"$work/data/pages_$1.asserted"
}
# A step without assertions of its own.
step() { # step NAME COMMAND…
  local name=$1
  shift
  if "$@" 2>"$work/data/$name.err"; then return 0; fi
  echo "FAILED: $name: $(head -n 3 "$work/data/$name.err" | tr '\n' ' ')" >"$work/data/$name.asserted"
  return 1
}
sample_truths() {
  psql -qXAt -U banker -d data_broker -f sample/check.sql 2>&1 |
    awk -F '|' '{ print ($NF == "t" ? "ok: " : "FAILED: sample/check.sql: ") $0 } END { if (NR != 28) print "FAILED: sample/check.sql: " NR " truths, expected 28" }' \
      >"$work/data/truths.asserted"
}

cdnow() {
  step cdnow_load database data_cdnow && step cdnow_load load -d data_cdnow -v data=../shared/data/cdnow -f sample/cdnow.sql &&
    assertions cdnow data_cdnow tests/golden/cdnow.sql tests/golden/job.sql tests/golden/clv.sql &&
    step cdnow_clear clear data_cdnow && pages cdnow
}
online_retail() {
  step retail_load database data_retail && assertions retail data_retail tests/golden/online_retail.sql tests/golden/clv_retail.sql tests/golden/affinity_retail.sql
}
berka() {
  step berka_load database data_berka && step berka_load load -d data_berka -v data=../shared/data/berka -f sample/berka.sql &&
    assertions berka data_berka tests/golden/job.sql tests/golden/berka.sql tests/golden/berka_tier.sql && pages berka
}
far_trans() {
  step far_trans_load database data_far_trans && step far_trans_load load -d data_far_trans -v data=../shared/data/far_trans -f sample/far_trans.sql &&
    assertions far_trans data_far_trans tests/golden/far_trans.sql && pages far_trans
}
groceries() {
  step groceries_load database data_groceries && step groceries_load load -d data_groceries -v data=../shared/data/groceries -f sample/groceries.sql &&
    assertions groceries data_groceries tests/golden/groceries.sql && pages groceries
}
# Two processes side by side: loading the broker takes one of them as long as the three others take together.
broker_load() { step broker_load database data_broker && step broker_load load -d data_broker -f sample/broker.sql; }

rm -f "$work"/data/*.asserted
broker_load &
loading=$!
if [ -d ../shared/data ] && [ -d ../shared/golden ]; then
  cdnow
  online_retail
  berka
  far_trans
  if [ -d ../shared/data/groceries ]; then groceries; else echo 'skipped: no ../shared/data/groceries'; fi
else
  echo 'skipped: no ../shared'
fi
if wait $loading; then
  assertions identity data_broker tests/golden/identity.sql &
  sample_truths
  assertions broker data_broker tests/golden/job.sql tests/golden/broker.sql tests/golden/contribution.sql
  pages broker
  wait
fi
for name in cdnow retail berka far_trans groceries broker; do
  psql -qX -c 'set client_min_messages = warning' -c "drop database if exists data_$name"
done

cat "$work"/data/*.asserted | grep -a '^FAILED: ' | cut -c 1-1000
comparisons=$(cat "$work"/data/*.asserted | wc -l)
failed=$(cat "$work"/data/*.asserted | grep -c -a '^FAILED: ')
echo "data: $comparisons comparisons, $failed failed"
[ "$failed" = 0 ]
