"""Values of the formats that the document of /api names and JSON Schema cannot describe."""

import datetime
import ipaddress
import urllib.parse

import schemathesis
from hypothesis import strategies as st

numbers = st.integers(min_value=0, max_value=2**32 - 1)
schemathesis.openapi.format(
    "asn",
    st.one_of(
        numbers.map(str),
        numbers.map(lambda n: f"AS{n}"),
        numbers.map(lambda n: f"{n >> 16}.{n & 0xFFFF}"),
    ),
)


def prefix(family, bits):
    def at(pair):
        address, length = pair
        return str(family((address >> (bits - length) << (bits - length), length)))

    return st.tuples(st.integers(0, 2**bits - 1), st.integers(0, bits)).map(at)


schemathesis.openapi.format(
    "ip-prefix",
    st.one_of(prefix(ipaddress.IPv4Network, 32), prefix(ipaddress.IPv6Network, 128)),
)

days = st.dates(min_value=datetime.date(1970, 1, 2), max_value=datetime.date(2199, 12, 31))
clocks = st.times().map(lambda clock: clock.replace(microsecond=0).isoformat())
schemathesis.openapi.format(
    "moment",
    st.one_of(
        days.map(str),
        st.tuples(days, clocks).map(lambda at: f"{at[0]}T{at[1]}Z"),
        st.integers(10**8, 10**10).map(str),
    ),
)

schemathesis.openapi.format(
    "subjects",
    st.lists(
        st.one_of(
            st.sampled_from(["world", "economy:NL", "region:europe", "rir:ripencc", "programme:all"]),
            numbers.map(lambda n: f"AS{n}"),
            st.lists(numbers, min_size=1, max_size=20).map(lambda ns: "group:" + ",".join(map(str, ns))),
        ),
        min_size=1,
        max_size=8,
    ).map(";".join),
)

schemathesis.openapi.format(
    "networks",
    st.lists(numbers.map(lambda n: f"AS{n}"), min_size=1, max_size=20).map(",".join),
)


def origin(n):
    return f"AS{n}"


prefixes = st.one_of(
    st.integers(0, 2**24 - 1).map(lambda n: f"{n >> 16}.{n >> 8 & 255}.{n & 255}.0/24"),
    st.integers(0, 2**16 - 1).map(lambda n: str(ipaddress.IPv6Network((0x20010DB8 << 96 | n << 80, 48)))),
)
changes = st.one_of(
    st.tuples(st.sampled_from("+-"), prefixes, numbers).map(lambda c: f"{c[0]} roa {c[1]} {origin(c[2])}"),
    st.tuples(st.sampled_from("+-"), prefixes, numbers).map(lambda c: f"{c[0]} route {c[1]} {origin(c[2])} RIPE"),
    st.tuples(st.sampled_from("+-"), prefixes, numbers).map(lambda c: f"{c[0]} announce {c[1]} {origin(c[2])}"),
)
schemathesis.openapi.format("routing-changes", st.lists(changes, min_size=1, max_size=8).map("\n".join))


@schemathesis.hook
def filter_query(context, query):
    """Addresses beyond 64 kB are refused before anybody reads them (414)."""
    return len(urllib.parse.urlencode(query or {}, doseq=True)) < 60_000
