# Paths through the tiers: worked out by hand, and 100,000 by chance under 2,000 policies beside a second, independent
# implementation in PL/pgSQL (tests/checks/tier). TIER_POLICIES and TIER_HISTORIES (of each policy) make it smaller or larger.
set -uo pipefail
work=$1
policies=${TIER_POLICIES:-2000}
histories=${TIER_HISTORIES:-50}
here=tests/checks/tier
mkdir -p "$work/tier"
run() { psql -qXAt -v ON_ERROR_STOP=1 -U bank_owner -d crm_tier "$@"; }

psql -qX -v ON_ERROR_STOP=1 -c 'set client_min_messages = warning' -c 'drop database if exists crm_tier' -c 'create database crm_tier owner bank_owner' || exit 1
run -c 'create extension pg_crm' -f $here/reference.sql -f $here/generator.sql -f $here/oracles.sql -f $here/compare.sql || exit 1

failed=0
# By hand. Both have to agree with the hand.
for by in true false; do
  wrong=$(run -F ': ' -c "select name, 'expected ' || expected::text || ' got ' || got::text from tier_reference.oracle_lines($by)") || exit 1
  if [ -n "$wrong" ]; then
    if [ $by = true ]; then echo 'by hand and by the extension:'; else echo 'by hand and by the reference:'; fi
    echo "$wrong"
    failed=1
  fi
done
by_hand=$(run -c 'select count(*) from tier_reference.oracle')

# By chance. Two processes side by side.
half=$((policies / 2))
run -F ' ' -c "select * from tier_reference.compare(1, $half, $histories)" >"$work/tier/first" 2>"$work/tier/first.err" &
first=$!
run -F ' ' -c "select * from tier_reference.compare($half + 1, $policies, $histories)" >"$work/tier/second" 2>"$work/tier/second.err"
second_status=$?
wait $first && [ $second_status = 0 ] || { cat "$work"/tier/*.err; exit 1; }
read -r paths errors periods days steps merges < <(awk '{ for (i = 1; i <= NF; i++) sum[i] += $i } END { print sum[1], sum[2], sum[3], sum[4], sum[5], sum[6] }' "$work/tier/first" "$work/tier/second")
differ=$(run -c 'select count(distinct (what, history_number)) from tier_reference.difference')
if [ "$differ" != 0 ]; then
  run -c "select regexp_replace(what, ' .*', '') || ': ' || count(*) || ' differ' from tier_reference.difference group by regexp_replace(what, ' .*', '')"
  run -x -c "select what, history_number, policy, history, overrides, array_to_string(expected, E'\n', '-') as expected, array_to_string(got, E'\n', '-') as got
    from (select *, row_number() over (partition by left(what, 7) order by cardinality(expected), found) as n from tier_reference.difference) as d where n <= ${TIER_SHOWN:-2} order by what"
  failed=1
fi

# Can it fail? One period of grace more, or any other rule changed: the extension under the changed policy against the reference
# under the right one has to differ.
run -F ' ' -c 'select differ, tried, change from tier_reference.noticed(200, 3) order by change' >"$work/tier/noticed" || exit 1
changes=$(wc -l <"$work/tier/noticed")
noticed=$(grep -c -v '^0 ' "$work/tier/noticed")
if [ "$noticed" != "$changes" ] || [ "$changes" = 0 ]; then
  echo 'changed without any path changing:'
  grep '^0 ' "$work/tier/noticed"
  failed=1
fi

echo "tier: $paths histories compared ($periods periods, $errors in error), $differ differ; $days days, $steps steps, $merges merges; $by_hand by hand; $noticed of $changes wrong rules noticed"
[ $failed = 0 ] && psql -qX -c 'drop database crm_tier'
exit $failed
