"""Values to call functions with: what fits them, and what no sane client would send."""
import json
import random

DEEP = 3000  # levels of jsonb, below what the server's own parser takes


def quoted(items):
    """An array of texts."""
    return "{" + ",".join("NULL" if x is None else '"' + x.replace("\\", "\\\\").replace('"', '\\"') + '"' for x in items) + "}"


LONG = "é" * 30000
FLOATS = ["NaN", "Infinity", "-Infinity", "0", "-0", "1", "-1", "0.5", "2", "1e308", "-1e308", "5e-324", "1e-300", "1e15", "9007199254740993", "0.9999999999999999", "1e-9", "100", "1e6"]
SHARED_TEXTS = ["", " ", "x", "NaN", "null", "{}", "[]", "\\", '"', "'", "a\nb\tc", "\x01\x1f\x7f", "x" * 70000, "gold", "555", "999999999999999999999", "-1", "%s%n", "$1", "a" * 255, "../../etc/passwd", "'; select 1; --"]
HOSTILE = {
    "text": SHARED_TEXTS + ["债券", "🏦", "e\u0301", "\u202e\u200b", "\uffff", "\U0010ffff", LONG],
    "boolean": ["t", "f"],
    "integer": ["0", "1", "-1", "2", "3", "10", "100", "1000", "10000", "10001", "2147483647", "-2147483648"],
    "bigint": ["0", "1", "-1", "2", "10", "4294967296", "9223372036854775807", "-9223372036854775808", "9007199254740993", "1000000000000"],
    "double precision": FLOATS,
    "numeric": ["NaN", "Infinity", "-Infinity", "0", "-1", "0.5", "1e-12", "1e-13", "9.99e25", "1e26", "-1e26", "1e131071", "1e-16383", "-" + "9" * 60, "0." + "1234567890" * 10,
                "170141183460469231731687303", "170141183460469231731687303.715884105727", "-170141183460469231731687303.715884105728", "0.000000000000500000000001", "1.000000000000"],
    "date": ["4714-11-24 BC", "5874897-12-31", "infinity", "-infinity", "1970-01-01", "2000-01-01", "2024-02-29", "0001-01-01", "0001-12-31 BC", "294276-12-31", "294277-01-01", "2027-01-01", "9999-12-31"],
    "timestamp with time zone": ["4714-11-24 00:00:00+00 BC", "294276-12-31 23:59:59.999999+00", "infinity", "-infinity", "1970-01-01 00:00+00", "1999-12-31 23:59:59.999999+00", "2000-01-01 00:00+00"],
    "uuid": ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "12345678-1234-1234-1234-123456789abc"],
    "text[]": ["{}", "{NULL}", "{a,NULL}", "{a,a}", "{{a,b},{c,d}}", "[0:1]={a,b}", "[-5:-4][2:3]={{a,b},{c,NULL}}", '{""}', "{deposit}", '{" "}', "[2147483646:2147483646]={x}",
               quoted([f"i{i}" for i in range(3000)]), quoted([LONG, "b"]), quoted(["\x01", "\\", '"'])],
    "double precision[]": ["{}", "{NULL}", "{1,NULL}", "{NaN}", "{Infinity,1}", "{0}", "{1,2}", "{{1,2},{0.5,1}}", "{{1,NULL},{2,1}}", "{{{1}}}", "[0:1]={0.1,0.9}", "[-3:-2][5:6]={{1,2},{3,4}}",
                           "{1e308,1e308}", "{-1e308,1e308}", "{5e-324,5e-324}", "{1,1,1,1}", "{0.5,0.2,0.9}", "{" + ",".join(str(i) for i in range(3000)) + "}",
                           "{" + ",".join(["{" + ",".join(["1"] * 40) + "}"] * 40) + "}"],
    "jsonb": ["null", "true", "0", '""', "[]", "{}", "[[]]", '{"kind": null}', '{"kind": 1, "version": 1}', '{"": ""}', "1e400", "-0.0", "1e-400", "9" * 100, '"' + "x" * 70000 + '"',
              "[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP, "[" * 127 + "]" * 127, "[" * 128 + "]" * 128, json.dumps(list(range(3000))),
              '{"$serde_json::private::Number": "1"}', '{"$serde_json::private::RawValue": "["}', json.dumps({f"k{i}": i for i in range(3000)}), '{"kind": "tier_policy", "version": 99999999999999999999}'],
}
# What stands for a leaf of a document.
LEAVES = [None, True, False, 0, 1, -1, 2, 0.5, -0.0, 1e308, 1e-308, 10**30, -(10**30), 2**63, 2**31, 10**12, "", " ", "x", "NaN", "1e400", "999999999999999999999999999999", "-1", "1.0000000000001", "債" * 300,
          "2026-02-30", "infinity", "5874897-12-31", [], {}, [[]], [None], {"a": {}}, "=", "gold", "fund", ["a", "a"]]


def places(value, path=()):
    """Every place in a document."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, path + (key,))


def mutated_json(text, rng):
    """A document with a few things in it changed."""
    document = json.loads(text)
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        path = rng.choice(list(places(document))[:3000])
        if not path:
            continue
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        key, action = path[-1], rng.randrange(7)
        if action <= 2:
            holder[key] = rng.choice(LEAVES)
        elif action == 3:
            del holder[key]
        elif action == 4 and isinstance(holder, dict):
            holder[rng.choice(["", "kind", "a key", "名", "x" * 300, str(key) + "s"])] = holder.pop(key)
        elif action == 5 and isinstance(holder, list):
            holder.extend([holder[key]] * rng.choice([1, 2, 300]))
        elif isinstance(holder[key], (int, float)) and not isinstance(holder[key], bool):
            holder[key] = rng.choice([-holder[key], holder[key] * 10, holder[key] + 1, holder[key] / 3, holder[key] * 10**20])
        else:
            holder[key] = [holder[key]]
    return json.dumps(document, ensure_ascii=rng.random() < 0.3)


def mutated_bytes(data, other, rng):
    """A binary value with a few bytes changed, cut off, or spliced with another."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 4])):
        action, at = rng.randrange(7), rng.randrange(len(data) + 1)
        if action == 0:
            data = data[:at]
        elif action == 1:
            data = data[:at] + other[rng.randrange(len(other) + 1):]
        elif action == 2:
            data[at:at] = rng.randbytes(rng.choice([1, 4, 8]))
        elif action == 3:
            data[at:at + 8] = rng.choice([b"\xff" * 8, b"\x7f" + b"\xff" * 7, b"\x00" * 8, b"\x7f\xf8" + b"\0" * 6, b"\x80" + b"\0" * 7, b"\0" * 7 + b"\1"])
        elif at < len(data):
            data[at] = rng.choice([0, 1, 0x7F, 0x80, 0xFF, data[at] ^ 1 << rng.randrange(8)])
    return bytes(data)


def mutated_text(text, rng):
    """JSON text of a summary, changed as a document, or simply broken."""
    if rng.random() < 0.8:
        return mutated_json(text, rng)
    at = rng.randrange(len(text) + 1)
    return rng.choice([text[:at], text[:at] + rng.choice(['"', "}", "[", "\\u0000", "\\ud800", "1e999", " "]) + text[at:], text + text, text[at:]])
