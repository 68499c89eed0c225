//! Puts the script of the extension together from `sql/`: the features in their order, the declarations that every type has
//! from the template `sql/type.sql`, and the same objects for every kind of book and of key from `sql/book.sql`. To every
//! comment it adds what crm.catalog() shows: unit, formula, feature and since when. And it tells the library how it is built.

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

/// The features with a script, in the order in which the extension's script has them.
const FEATURES: [&str; 24] = [
    "policy",
    "rfm",
    "tier",
    "distribution",
    "matching",
    "top_k",
    "pnl",
    "book",
    "earnings",
    "cost",
    "concentration",
    "contribution",
    "value",
    "clv",
    "balance",
    "migration",
    "cuts",
    "suitability",
    "tag",
    "basket",
    "affinity",
    "als",
    "recommend",
    "observability",
];

/// A kind of book.
struct Book {
    name: &'static str,
    /// What it keeps of a customer, and what it gives.
    kept: &'static str,
    given: &'static str,
    /// The type of what it gives.
    row: &'static str,
    /// The arguments of a row after the customer and before the amount, each with its part of the symbol and a sentence.
    events: &'static [(&'static str, &'static str, &'static str)],
}

const BOOKS: [Book; 3] = [
    Book {
        name: "rfm_book",
        kept: "the rfm summaries",
        given: "the rfm summary",
        row: "rfm",
        events: &[
            ("at pg_catalog.timestamptz", "at_", "each row is an event, with its instant and its amount, as for rfm_agg."),
            (
                "day pg_catalog.date",
                "on_",
                "each row is an event, with its day (it counts from 00:00 UTC of that day) and its amount, as for rfm_agg.",
            ),
        ],
    },
    Book {
        name: "rfm_daily_book",
        kept: "the days and the exact totals",
        given: "an rfm summary whose frequency is the number of distinct days",
        row: "rfm",
        events: &[
            (
                "at pg_catalog.timestamptz",
                "at_",
                "each row is an event, with its instant and its amount; a (UTC) day counts once, however many events it has.",
            ),
            (
                "day pg_catalog.date",
                "on_",
                "each row is an event, with its day and its amount; a day counts once, however many events it has.",
            ),
        ],
    },
    Book {
        name: "pnl_book",
        kept: "the profit and loss by line",
        given: "the profit and loss by line",
        row: "pnl",
        events: &[("line pg_catalog.text", "", "each row is a posting, with its line and its amount, as for pnl_agg.")],
    },
];

/// Suffix of the type, the type of the keys, and what people call it.
const KEYS: [(&str, &str, &str); 3] =
    [("", "pg_catalog.int8", "bigint"), ("_uuid", "pg_catalog.uuid", "uuid"), ("_text", "pg_catalog.text", "text")];

/// Types of amounts, each with its part of the symbol and what is said of it.
const AMOUNTS: [(&str, &str, &str); 3] = [
    ("pg_catalog.numeric", "numeric", "Amounts are summed exactly to 12 decimals; more round half to even."),
    (
        "pg_catalog.float8",
        "float8",
        "Each amount is taken at its binary value, rounded half to even at 12 decimals, and then summed exactly.",
    ),
    ("pg_catalog.int8", "bigint", "Whole amounts, such as minor units, are summed exactly."),
];

fn filled(template: &str, names: &[(&str, &str)]) -> String {
    names.iter().fold(template.to_string(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

fn capitalized(text: &str) -> String {
    text[..1].to_uppercase() + &text[1..]
}

/// The SQL of books.
fn books(template: &str) -> io::Result<String> {
    let [once, book, row] = template.split("-- @book\n").flat_map(|part| part.split("-- @row\n")).collect::<Vec<_>>()[..] else {
        return Err(io::Error::other("sql/book.sql must have the parts @book and @row"));
    };
    let mut sql = once.to_string();
    for Book { name, kept, given, row: gives, events } in BOOKS {
        for (suffix, key, key_name) in KEYS {
            let type_name = format!("{name}{suffix}");
            let names = [
                ("type", type_name.as_str()),
                ("book", name),
                ("key", key),
                ("key name", key_name),
                ("row", gives),
                ("given", given),
                ("Given", &capitalized(given)),
                ("Kept", &capitalized(kept)),
            ];
            sql += &filled(book, &names);
            for ((argument, form, what), (amount, amount_form, amounts)) in
                events.iter().flat_map(|event| AMOUNTS.iter().map(move |amount| (event, amount)))
            {
                let (_, argument_type) = argument.split_once(' ').unwrap_or_default();
                let row = filled(row, &names);
                sql += &filled(
                    &row,
                    &[
                        ("types", &format!("{argument_type}, {amount}")),
                        ("arguments", &format!("{argument}, amount {amount}")),
                        ("form", &format!("{form}{amount_form}")),
                        ("what", what),
                        ("amounts", amounts),
                    ],
                );
            }
            sql.push('\n');
        }
    }
    Ok(sql)
}

/// A script with the declarations of its types, each asked for in four lines: `-- @type NAME STORAGE`, the comment of the
/// type, `-- @merge`, and the comment of its merge aggregate. `-- @type NAME STORAGE final`: with a final function
/// NAME_final, for them.
fn with_types(script: &str, template: &str) -> io::Result<String> {
    let mut sql = String::new();
    let mut lines = script.lines();
    while let Some(line) = lines.next() {
        if let Some(asked) = line.strip_prefix("-- @type ") {
            let words: Vec<_> = asked.split(' ').collect();
            let ([name, storage] | [name, storage, "final"], Some(of_type), Some("-- @merge"), Some(of_merge)) =
                (&words[..], lines.next(), lines.next(), lines.next())
            else {
                return Err(io::Error::other(format!("what follows \"{line}\" is not the comment of a type and that of its merge")));
            };
            let quoted = |comment: &str| comment.trim_start_matches("-- ").replace('\'', "''");
            let (of_type, of_merge) = (quoted(of_type), quoted(of_merge));
            // What is fixed in size is copied and added up at once; of what grows every part is.
            let (sending, merging) = if *storage == "plain" { ("10", "2") } else { ("100", "150") };
            let names = [
                ("type", *name),
                ("storage", storage),
                ("of type", &of_type),
                ("of merge", &of_merge),
                ("sending", sending),
                ("merging", merging),
            ];
            let [declarations, final_function, merge] = template.split("-- @final\n").collect::<Vec<_>>()[..] else {
                return Err(io::Error::other("sql/type.sql must have a part @final, and what follows it"));
            };
            let (final_function, named) = match words.len() {
                3 => (final_function, format!("finalfunc = @extschema@.{name}_final, ")),
                _ => ("", String::new()),
            };
            sql += &filled(&[declarations, final_function, merge].concat(), &names).replace("{final}", &named);
        } else {
            sql += line;
            sql.push('\n');
        }
    }
    Ok(sql)
}

/// What sql/surface.txt says of each object: the version that introduced it. What is not there yet is of this one.
struct Since(BTreeMap<String, String>);

impl Since {
    fn read() -> io::Result<Since> {
        let list = fs::read_to_string("sql/surface.txt")?;
        let lines = list.lines().filter_map(|line| line.split_once(' '));
        Ok(Since(
            lines.map(|(version, object)| (object.split(" returns ").next().unwrap_or(object).to_string(), version.to_string())).collect(),
        ))
    }

    /// Of an object as COMMENT ON names it.
    fn of(&self, object: &str) -> io::Result<String> {
        let names = [
            ("@extschema@.", "crm."),
            ("pg_catalog.", ""),
            (", ", ","),
            ("int8", "bigint"),
            ("int4", "integer"),
            ("float8", "double precision"),
            ("bool", "boolean"),
            ("timestamptz", "timestamp with time zone"),
        ];
        let object = names.iter().fold(object.to_string(), |object, (name, value)| object.replace(name, value));
        self.0.get(&object).cloned().map_or_else(|| env::var("CARGO_PKG_VERSION"), Ok).map_err(io::Error::other)
    }
}

/// A script with facts in the last lines of every comment: the feature and since when, and what the lines `-- @unit NAME, …: text`
/// and `-- @formula NAME, …: text` say of a function. crm.catalog() reads them there.
fn with_facts(script: &str, feature: &str, since: &Since) -> io::Result<String> {
    let mut facts: BTreeMap<&str, [Option<&str>; 2]> = BTreeMap::new();
    let mut sql = String::new();
    for line in script.lines() {
        let fact = ["-- @unit ", "-- @formula "].iter().enumerate().find_map(|(which, tag)| Some((which, line.strip_prefix(tag)?)));
        let Some((which, said)) = fact else {
            sql += line;
            sql.push('\n');
            continue;
        };
        let (names, text) = said.split_once(": ").ok_or_else(|| io::Error::other(format!("\"{line}\" is not NAME, …: text")))?;
        for name in names.split(", ") {
            if facts.entry(name).or_default()[which].replace(text).is_some() {
                return Err(io::Error::other(format!("\"{line}\": {name} has this already")));
            }
        }
    }
    let mut unused: BTreeSet<&str> = facts.keys().copied().collect();
    let mut parts = sql.split("\ncomment on ");
    let mut whole = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let cut = part.split_once(" is\n'").and_then(|(object, rest)| Some((object, rest.split_once("';\n")?)));
        let (object, (comment, rest)) = cut.ok_or_else(|| io::Error::other(format!("not a comment: {part}")))?;
        let (kind, name) =
            object.split_once(" @extschema@.").ok_or_else(|| io::Error::other(format!("not an object of ours: {object}")))?;
        let name = name.split('(').next().unwrap_or(name);
        let [unit, formula] = facts.get(name).filter(|_| kind == "function").copied().unwrap_or_default();
        unused.remove(name);
        let line = |what: &str, text: Option<&str>| text.map(|text| format!("\n{what}: {}", text.replace('\'', "''"))).unwrap_or_default();
        let (unit, formula, since) = (line("Unit", unit), line("Formula", formula), since.of(object)?);
        whole += &format!("\ncomment on {object} is\n'{comment}{unit}{formula}\nFeature: {feature}, since {since}';\n{rest}");
    }
    match unused.first() {
        None => Ok(whole),
        Some(name) => Err(io::Error::other(format!("sql/{feature}.sql has facts of {name}, but no such function"))),
    }
}

/// What build_info() says, as environment variables of the compiler. Nothing of the machine's paths or the time: the same
/// sources build the same library.
fn build_info(script: &str) -> io::Result<()> {
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let compiler = Command::new(env::var("RUSTC").map_err(io::Error::other)?).arg("--version").output()?;
    let lock = fs::read_to_string("Cargo.lock")?;
    let pgrx = lock.split_once("name = \"pgrx\"\nversion = \"").and_then(|(_, rest)| rest.split('"').next());
    let told = [
        ("RUSTC_VERSION", String::from_utf8_lossy(&compiler.stdout).trim().to_string()),
        ("PGRX_VERSION", pgrx.unwrap_or_default().to_string()),
        ("TARGET", variable("TARGET")),
        ("PROFILE", variable("PROFILE")),
        ("REVISION", variable("PG_CRM_REVISION")),
        ("SCRIPT", Sha256::digest(script).iter().map(|byte| format!("{byte:02x}")).collect()),
    ];
    println!("cargo::rerun-if-changed=Cargo.lock");
    println!("cargo::rerun-if-env-changed=PG_CRM_REVISION");
    told.iter().for_each(|(name, value)| println!("cargo::rustc-env=CRM_BUILD_{name}={value}"));
    Ok(())
}

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=sql");
    println!("cargo::rerun-if-changed=build.rs");
    let since = Since::read()?;
    let types = fs::read_to_string("sql/type.sql")?;
    let (_, types) = types.split_once("--\n").ok_or_else(|| io::Error::other("sql/type.sql must begin with what it is"))?;
    let mut made = String::new();
    let mut before = None;
    for feature in FEATURES {
        let script = fs::read_to_string(format!("sql/{feature}.sql"))?;
        let sql = if feature == "book" { books(&script)? } else { with_types(&script, types)? };
        let sql = with_facts(&sql, feature, &since)?;
        let requires = before.map(|name| format!(", requires = [\"{name}\"]")).unwrap_or_default();
        made += &format!("pgrx::extension_sql!(r####\"{sql}\"####, name = \"{feature}\"{requires});\n");
        before = Some(feature);
    }
    build_info(&made)?;
    fs::write(Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("sql.rs"), made)
}
