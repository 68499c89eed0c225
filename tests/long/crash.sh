#!/usr/bin/env bash
# Killed, cancelled, without memory: nothing but the query is lost.
#
#   kill -9     of a backend in the middle of what takes long, of the checkpointer and of the postmaster: the cluster recovers, and
#               the tables with summaries are what they were (crash/kept.sql's long computations, roundtrip/kept.sql's types)
#   ulimit -v   of the postmaster: the large aggregates and fits end with 53200, and the server goes on (crash/large.sql);
#               and every kind of function with a part of what it needs (crash/memory.py)
#   cancel      by statement_timeout and pg_cancel_backend (crash/cancel.py): how soon, with a table
#
# About half an hour. PARTS="kill limit memory cancel" chooses; CANCEL_MS, LONGEST and STEPS are those of the scripts.
set -euo pipefail
work=$1
. pgrx-config/common.sh
here=tests/long/crash
parts=${PARTS:-kill limit memory cancel}
fail() { echo "$*"; exit 1; }
as_server=()
if [ "$(id -u)" = 0 ]; then as_server=(runuser -u postgres --); fi
started=()
trap 'for name in "${started[@]}"; do pgrx-config/cluster.sh drop "$work/$name" || true; done' EXIT
start() { # start NAME [LIMIT of virtual memory in kB]
  [[ " ${started[*]-} " == *" $1 "* ]] || started+=("$1")
  (ulimit -v "${2:-unlimited}" && SHARED_BUFFERS=${2:+16MB} pgrx-config/cluster.sh start "$work/$1")
  . "$work/$1/env"
}
owner() { psql -qXAt -v ON_ERROR_STOP=1 -U bank_owner -d crash "$@"; }
prepare() { psql -qX -v ON_ERROR_STOP=1 -c 'create role bank_owner login' -c 'create database crash owner bank_owner' && owner -c 'create extension pg_crm'; }
recovered() { # recovered [NAME]: waits for the cluster after a crash
  for _ in $(seq 600); do
    if psql -qXAt -c 'select 1' >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  tail -n 20 "$work/${1:-plain}/log"
  fail 'the cluster does not come back'
}
statement() { sed -n "s/^$1: //p" "$here/long.sql"; }

if [[ $parts == *kill* || $parts == *memory* || $parts == *cancel* ]]; then
  start plain
  prepare
  psql -qX -c "alter system set max_wal_size = '8GB'" -c 'select pg_reload_conf()' >/dev/null
fi
if [[ $parts == *kill* || $parts == *cancel* ]]; then owner -f "$here/kept.sql"; fi

if [[ $parts == *kill* ]]; then
  owner -c 'create schema forms' -c 'set search_path = forms, public' -c 'set client_min_messages = warning' -c 'create table forms.counted (n int)' >/dev/null
  sed 's/^create extension.*//' tests/checks/roundtrip/kept.sql | PGOPTIONS='-c search_path=forms' owner -f -
  state() { PGOPTIONS='-c search_path=forms' owner -c "select state_of('kept'), (select count(*) from counted)"; }
  large() { owner -c "select md5(string_agg(md5(crm.rfm_book_send(book)) || md5(crm.rfm_sample_send(sample)) || md5(crm.affinity_send(held)) || md5(crm.concentration_send(skewed)) || md5(crm.catalogue_send(shelf)), ' ')) from public.kept"; }
  before_large=$(large)
  killed=0
  # The committed row before each death stays, the uncommitted one does not.
  die() { # die WHAT PID
    owner -c 'insert into forms.counted values (1)'
    local before after
    before=$(state)
    (owner -c 'begin' -c 'insert into forms.counted values (2)' -c "update forms.kept set r = null" -c 'select pg_sleep(60)' >/dev/null 2>&1 || true) &
    sleep 0.5
    kill -9 "$2" 2>/dev/null || "${as_server[@]}" kill -9 "$2" || fail "$1: was through before it could be killed"
    wait || true
    if [ "$1" = postmaster ]; then
      # Its children notice by themselves, and then it can be started as after a failure of power.
      for _ in $(seq 60); do
        if pgrx-config/cluster.sh start "$work/plain" >/dev/null 2>&1; then break; fi
        sleep 1
      done
    fi
    recovered
    after=$(state)
    [ "$before" = "$after" ] || fail "$1: before $before, after $after"
    killed=$((killed + 1))
  }
  for name in ${KILLED:-bgnbd_fit bgbb_fit als_fit cuts_natural frequent_itemsets association_rules match_explain match_products rfm_book_agg rfm_book_merge rfm_sample_text affinity_agg}; do
    query=$(statement "$name")
    [ -n "$query" ] || fail "there is no $name"
    (PGOPTIONS='-c search_path=public,crm' PGAPPNAME="to die" owner -c "$query" >/dev/null 2>&1 || true) &
    sleep 0.7
    pid=$(psql -qXAt -c "select pid from pg_stat_activity where application_name = 'to die' and state = 'active' and backend_type = 'client backend'")
    [ -n "$pid" ] || fail "$name: was through before it could be killed"
    die "$name" "$pid"
  done
  # One that writes what it computes.
  (PGOPTIONS='-c search_path=public,crm' PGAPPNAME="to die" owner -c 'create table written as select b.rfm_book_agg, i from generate_series(1, 20) i, (select rfm_book_agg(client, day, amount) from event) b' >/dev/null 2>&1 || true) &
  sleep 4
  die 'a table of books' "$(psql -qXAt -c "select pid from pg_stat_activity where application_name = 'to die' and state = 'active' and backend_type = 'client backend'")"
  [ "$(owner -c "select to_regclass('public.written') is null")" = t ] || fail 'a table that was not committed is there'
  die checkpointer "$(psql -qXAt -c "select pid from pg_stat_activity where backend_type = 'checkpointer'")"
  die postmaster "$(head -n 1 "$work/plain/data/postmaster.pid")"
  [ "$(large)" = "$before_large" ] || fail 'large summaries are not what they were'
  echo "killed: $killed deaths, nothing lost but what was not committed"
fi

if [[ $parts == *limit* ]]; then
  start limited 500000
  prepare
  echo "statement_timeout = '120s'" >>"$work/limited/data/postgresql.conf"
  psql -qXAt -c 'select pg_reload_conf()' >/dev/null
  began=$(psql -qXAt -c 'select pg_postmaster_start_time()')
  refused=0 tried=0
  while IFS= read -r line; do
    case $line in --*|'') continue ;; esac
    name=${line%%: *}
    tried=$((tried + 1))
    said=$(PGOPTIONS='-c search_path=public,crm -c max_parallel_workers_per_gather=0 -c jit=off' psql -qXAt -v VERBOSITY=sqlstate -U bank_owner -d crash -c "${line#*: }" 2>&1 >/dev/null) || true
    case $said in
      *53200*) refused=$((refused + 1)) ;;
      '') ;;
      *server\ closed*)
        fail "$name without memory: the backend aborts"
        ;;
      *) fail "$name without memory: $said" ;;
    esac
    [ "$(owner -c 'select crm.total(crm.rfm_agg(current_date, 5))')" = 5 ] || fail "after $name the server does not answer"
  done <"$here/large.sql"
  if [ "$(grep -acE 'terminated by signal|PANIC' "$work/limited/log")" != 0 ]; then fail 'a backend died for want of memory'; fi
  [ "$began" = "$(psql -qXAt -c 'select pg_postmaster_start_time()')" ] || fail 'the server was started again'
  [ "$refused" -ge 20 ] || fail "only $refused of $tried wanted more than they may have"
  echo "ulimit -v: $tried statements, $refused refused with 53200; the server went on"
  pgrx-config/cluster.sh drop "$work/limited"
fi

if [[ $parts == *memory* ]]; then
  . "$work/plain/env"
  owner -f "$here/small.sql"
  PRLIMIT="${as_server[*]} prlimit" python3 "$here/memory.py" "$here/small_asked.sql" crash bank_owner
fi

if [[ $parts == *cancel* ]]; then
  . "$work/plain/env"
  python3 "$here/cancel.py" "$here/long.sql" crash bank_owner "$work/plain/log"
fi
