#!/bin/sh
# usage: tools/postgres.sh run COMMAND...     a throw-away PostgreSQL while COMMAND runs, then nothing is left of it
#        tools/postgres.sh serve FOLDER PORT  one in FOLDER, made new or as it was left, until a signal ends this process:
#                                             INT in order, QUIT as a crash. FOLDER/password is its password
# The server is Debian's package, the newest that is here. It never runs as root: where we are root it is another
# account's. It listens on a free port of 127.0.0.1 and asks for a password, which COMMAND finds in PGPASSWORD;
# YIDIAN_TEST_DATABASE is the URL of an empty database. FSYNC=on makes it as careful with the disk as a real one.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

say() { echo "postgres: $*" >&2; }
refuse() { say "$@" && exit 2; }

tool() { # the path of a program of the newest server
    found=$(ls -d /usr/lib/postgresql/*/bin/"$1" 2>/dev/null | sort -t/ -k5 -n | tail -1)
    [ -n "$found" ] || found=$(command -v "$1") || refuse "no $1 here; Debian and Ubuntu: sudo apt-get install -y postgresql"
    echo "$found"
}

owner() { # the account that the server runs as
    if [ "$(id -u)" != 0 ]; then id -un; elif id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

as_owner() { # become a program as that account, which ends when our parent does, also when that is killed
    if [ "$(id -u)" = 0 ]; then
        exec setpriv --reuid="$(owner)" --regid="$(id -g "$(owner)")" --clear-groups --pdeathsig INT -- "$@"
    else
        exec setpriv --pdeathsig INT -- "$@"
    fi
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Text sorts by a language's rules, not by bytes, as on many a real server. A password is asked for by md5: scram makes
# both sides compute for milliseconds at every connection, and thousands are made. Who connects is no superuser: those
# pass by every policy of a table; but it may end whoever is still in a database that is to go. Nothing is compiled for
# a statement: on tables of a few rows that takes longer than the statement.
make_cluster() { # FOLDER: data, password
    folder=$1
    (umask 077 && mkdir -p "$folder" && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$folder/password")
    mkdir -m 700 "$folder/data"
    if [ "$(id -u)" = 0 ]; then chown -R "$(owner)" "$folder"; fi
    (cd / && as_owner "$(tool initdb)" --pgdata "$folder/data" --username keeper --pwfile "$folder/password" --no-sync \
        --auth md5 --encoding UTF8 --locale C.UTF-8 --locale-provider icu --icu-locale en) >"$folder/initdb.log" 2>&1 ||
        { cat "$folder/initdb.log" >&2 && exit 1; }
    echo "CREATE ROLE yidian LOGIN CREATEDB IN ROLE pg_signal_backend PASSWORD '$(cat "$folder/password")'" |
        (cd / && as_owner "$(tool postgres)" --single -D "$folder/data" -c fsync=off postgres) >>"$folder/initdb.log" 2>&1
}

serve() { # FOLDER PORT
    [ -d "$1/data" ] || make_cluster "$1"
    program=$(tool postgres)
    cd /
    as_owner "$program" -D "$1/data" -k "$1" -p "$2" -h 127.0.0.1 -c fsync="${FSYNC:-off}" \
        -c full_page_writes="${FSYNC:-off}" -c jit=off -c max_connections=100 -c shared_buffers=64MB -c wal_level=minimal \
        -c max_wal_senders=0 -c checkpoint_timeout=1h -c max_wal_size=4GB
}

start_server() { # FOLDER; `port` is where
    make_cluster "$1"
    for _ in 1 2 3 4 5; do # somebody else may take the port before the server does
        port=$(free_port)
        "$here/postgres.sh" serve "$1" "$port" >>"$1/server.log" 2>&1 &
        server=$!
        tries=0
        while kill -0 $server 2>/dev/null && [ $tries -lt 600 ]; do
            "$(tool pg_isready)" -q -h 127.0.0.1 -p "$port" && return
            tries=$((tries + 1))
            sleep 0.05
        done
    done
    tail -20 "$1/server.log" >&2
    exit 1
}

stop_server() { # in order; a server that does not answer is ended as by a crash
    [ -n "${server:-}" ] || return 0
    kill -INT "$server" 2>/dev/null || return 0
    (sleep 20 && kill -QUIT "$server") >/dev/null 2>&1 </dev/null &
    wait "$server" || true
    kill $! 2>/dev/null || true
}

url() { echo "postgresql://yidian@127.0.0.1:$port/yidian"; }

create_database() {
    PGPASSWORD=$(cat "$1/password") "$(tool createdb)" -h 127.0.0.1 -p "$port" -U yidian yidian
}

case ${1:-} in
run)
    shift
    folder=$(mktemp -d "${TMPDIR:-/tmp}/yidian-postgres.XXXXXX")
    trap 'stop_server; rm -rf "$folder"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    start_server "$folder"
    create_database "$folder"
    say "$("$(tool postgres)" --version), as $(owner), on port $port"
    PGPASSWORD=$(cat "$folder/password") YIDIAN_TEST_DATABASE=$(url) "$@"
    ;;
serve)
    serve "${2:?a folder}" "${3:?a port}"
    ;;
*) refuse "usage: tools/postgres.sh run COMMAND... | serve FOLDER PORT" ;;
esac
