//! Plugins that misbehave, and one that doesn't, as component files with a manifest: core modules in text form, encoded
//! against the contract in `wit/`. No compiler for guests is needed.

use anyhow::Result;
use linli_core::Service;
use linli_engine::page;
use linli_registry::inspect;
use linli_world::World;
use std::path::{Path, PathBuf};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// What a plugin is made of: bodies of its exports in WebAssembly text, and what they need.
///
/// Bodies may use `$page` and `$done` (the addresses of a good page, titled `Hello`, and of a good answer that leads to
/// `/`), `$put` (writes the record `notes`/`k`, traps where that is refused), `$try_put` (the same, never traps) and
/// `$area` (256 bytes of scratch).
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// `view`'s body; it leaves an address.
    pub view: &'a str,
    /// `act`'s body; it leaves an address.
    pub act: &'a str,
    /// `fired`'s body; it leaves an address. None: no such export.
    pub fired: Option<&'a str>,
    /// `replied`'s body; it leaves an address. None: no such export.
    pub replied: Option<&'a str>,
    /// Imports beside `records.put`, as `(import …)`.
    pub imports: &'a str,
    /// Whether `records.put` is imported.
    pub records: bool,
    /// Further definitions: functions, `(start …)`, data.
    pub more: &'a str,
}

/// A plugin that does what it should: shows a page, answers acts, writes nothing.
pub const HEALTHY: Parts<'static> = Parts {
    view: "(global.get $page)",
    act: "(global.get $done)",
    fired: None,
    replied: None,
    imports: "",
    records: false,
    more: "",
};

const SPIN: &str = "(loop $again (br $again)) (unreachable)";

/// Runs for ever.
pub const ENDLESS_LOOP: Parts<'static> = Parts {
    view: SPIN,
    act: SPIN,
    ..HEALTHY
};

/// Asks for memory until there is none.
pub const MEMORY_BOMB: Parts<'static> = Parts {
    view: "(loop $again (drop (memory.grow (i32.const 16))) (br $again)) (unreachable)",
    ..HEALTHY
};

/// Traps.
pub const TRAP: Parts<'static> = Parts {
    view: "(call $deep)",
    act: "(call $deep)",
    more: "(func $deep (result i32) (unreachable))",
    ..HEALTHY
};

/// Calls itself for ever.
pub const RECURSION: Parts<'static> = Parts {
    view: "(call $down)",
    more: "(func $down (result i32) (i32.add (call $down) (i32.const 1)))",
    ..HEALTHY
};

/// Loops before anybody calls it.
pub const LOOP_AT_START: Parts<'static> = Parts {
    more: "(func $begin (loop $again (br $again))) (start $begin)",
    ..HEALTHY
};

/// Writes a record, and then succeeds.
pub const WRITES: Parts<'static> = Parts {
    act: "(call $put) (global.get $done)",
    records: true,
    ..HEALTHY
};

/// Writes a record, and then traps.
pub const TRAP_AFTER_WRITE: Parts<'static> = Parts {
    act: "(call $put) (unreachable)",
    records: true,
    ..HEALTHY
};

/// Writes a record, and then runs for ever.
pub const SPIN_AFTER_WRITE: Parts<'static> = Parts {
    act: "(call $put) (loop $again (br $again)) (unreachable)",
    records: true,
    ..HEALTHY
};

/// Writes a record again and again, which costs the host time and hardly any of its own.
pub const WRITES_FOR_EVER: Parts<'static> = Parts {
    act: "(loop $again (call $put) (br $again)) (unreachable)",
    records: true,
    ..HEALTHY
};

/// Writes documents of 200,000 bytes, each of them too long, and traps unless the 21st is over budget and not only too long.
pub const WRITES_TOO_MUCH: Parts<'static> = Parts {
    act: "
        (local $writes i32)
        (loop $again
          (local.set $writes (i32.add (local.get $writes) (i32.const 1)))
          (call $records_put (i32.const 512) (i32.const 5) (i32.const 520) (i32.const 1) (i32.const 60000) (i32.const 200000)
            (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i64.const 0) (global.get $area))
          (br_if $again (i32.eq (i32.load8_u (i32.add (global.get $area) (i32.const 8))) (i32.const 2))))
        (if (i32.ne (local.get $writes) (i32.const 21)) (then (unreachable)))
        (if (i32.ne (i32.load8_u (i32.add (global.get $area) (i32.const 8))) (i32.const 4)) (then (unreachable)))
        (global.get $done)",
    records: true,
    ..HEALTHY
};

/// Says much, with characters that no database keeps: U+0000, U+0007 and 2,000 times `a`.
pub const SAYS_TOO_MUCH: Parts<'static> = Parts {
    act: "
        (memory.fill (i32.const 60002) (i32.const 97) (i32.const 2000))
        (i32.store8 (i32.const 60001) (i32.const 7))
        (i32.store8 (i32.const 1304) (i32.const 1))
        (i32.store (i32.const 1308) (i32.const 60000))
        (i32.store (i32.const 1312) (i32.const 2002))
        (global.get $done)",
    ..HEALTHY
};

/// Names instants that the contract does not have; traps unless each is called invalid.
pub const BEYOND_TIME: Parts<'static> = Parts {
    view: "
        (call $list (i32.const 512) (i32.const 0) (i64.const -9223372036854775808) (i64.const 9223372036854775807)
          (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 10) (global.get $area))
        (if (i32.ne (i32.load8_u (i32.add (global.get $area) (i32.const 4))) (i32.const 5)) (then (unreachable)))
        (global.get $page)",
    act: "
        (call $set (i32.const 512) (i32.const 5) (i64.const -9223372036854775808) (i32.const 512) (i32.const 0) (global.get $area))
        (if (i32.eqz (i32.load8_u (global.get $area))) (then (unreachable)))
        (if (i32.ne (i32.load8_u (i32.add (global.get $area) (i32.const 4))) (i32.const 1)) (then (unreachable)))
        (global.get $done)",
    fired: Some("(global.get $nothing)"),
    imports: r#"
        (import "linli:host/appointments@0.1.0" "list-of-calendar"
          (func $list (param i32 i32 i64 i64 i32 i32 i32 i32 i32)))
        (import "linli:host/timers@0.1.0" "set-timer" (func $set (param i32 i32 i64 i32 i32 i32)))"#,
    ..HEALTHY
};

/// Writes a record while it shows a page.
pub const WRITE_IN_VIEW: Parts<'static> = Parts {
    view: "(call $put) (global.get $page)",
    records: true,
    ..HEALTHY
};

/// Writes a record if it may, and does not mind if not.
pub const WRITES_IF_IT_MAY: Parts<'static> = Parts {
    act: "(call $try_put) (global.get $done)",
    records: true,
    ..HEALTHY
};

/// Writes a record when a timer fires.
pub const WRITES_WHEN_FIRED: Parts<'static> = Parts {
    fired: Some("(call $put) (global.get $nothing)"),
    records: true,
    ..HEALTHY
};

/// Calls the host for ever.
pub const MANY_HOST_CALLS: Parts<'static> = Parts {
    view: "(loop $again (drop (call $now)) (br $again)) (unreachable)",
    imports: r#"(import "linli:host/context@0.1.0" "now" (func $now (result i64)))"#,
    ..HEALTHY
};

/// Logs for ever.
pub const LOG_FLOOD: Parts<'static> = Parts {
    view: "(loop $again (call $log (i32.const 1) (i32.const 0) (i32.const 60000)) (br $again)) (unreachable)",
    imports: r#"(import "linli:host/log@0.1.0" "write" (func $log (param i32 i32 i32)))"#,
    ..HEALTHY
};

/// Shows a page that claims 16 million blocks.
pub const GIANT_PAGE: Parts<'static> = Parts {
    view: "(i32.store (i32.const 1068) (i32.const 16000000)) (global.get $page)",
    ..HEALTHY
};

/// Reads the age of the resident whom it is for, before it shows a page.
pub const READS_AGE: Parts<'static> = Parts {
    view: r#"
        (call $current (global.get $area))
        (call $read (i32.load (i32.add (global.get $area) (i32.const 32))) (i32.load (i32.add (global.get $area) (i32.const 36)))
          (i32.const 3072) (i32.const 1) (i32.const 4096))
        (if (i32.load8_u (i32.const 4096)) (then (unreachable)))
        (global.get $page)"#,
    imports: r#"
        (import "linli:host/context@0.1.0" "current" (func $current (param i32)))
        (import "linli:host/profile@0.1.0" "read" (func $read (param i32 i32 i32 i32 i32)))"#,
    // The list of one field, `age`.
    more: r#"(data (i32.const 3072) "\00\0d\00\00\03\00\00\00") (data (i32.const 3328) "age")"#,
    ..HEALTHY
};

/// Reads the age of the resident whom it is for, and then traps.
pub const TRAP_AFTER_READING: Parts<'static> = Parts {
    view: r#"
        (call $current (global.get $area))
        (call $read (i32.load (i32.add (global.get $area) (i32.const 32))) (i32.load (i32.add (global.get $area) (i32.const 36)))
          (i32.const 3072) (i32.const 1) (i32.const 4096))
        (call $deep)"#,
    more: r#"(func $deep (result i32) (unreachable))
        (data (i32.const 3072) "\00\0d\00\00\03\00\00\00") (data (i32.const 3328) "age")"#,
    ..READS_AGE
};

/// Traps where the path of its page is `/secret`, and only there.
pub const TRAP_AT_A_PATH: Parts<'static> = Parts {
    view: r#"
        (if (i32.eq (local.get 1) (i32.const 7)) (then (if (i32.eq (i32.load8_u (i32.add (local.get 0) (i32.const 1))) (i32.const 0x73))
          (then (unreachable)))))
        (global.get $page)"#,
    ..HEALTHY
};

/// Further definitions that put a button on the page: the action `go`.
///
/// By the canonical ABI the page's list of blocks stands at 1064; block 10 is `actions`, here a list of one action.
pub const BUTTON: &str = r#"
    (data (i32.const 1064) "\00\0f\00\00\01\00\00\00")
    (data (i32.const 3840) "\0a\00\00\00\40\0f\00\00\01\00\00\00")
    (data (i32.const 3904) "\a0\0f\00\00\02\00\00\00\a0\0f\00\00\02\00\00\00\a0\0f\00\00\00\00\00\00")
    (data (i32.const 3944) "\a0\0f\00\00\00\00\00\00")
    (data (i32.const 4000) "go")"#;

/// Puts more into a table than one may hold.
pub const TABLE_BOMB: Parts<'static> = Parts {
    view: "(loop $again (drop (table.grow $many (ref.null func) (i32.const 1000))) (br $again)) (unreachable)",
    more: "(table $many 1 funcref)",
    ..HEALTHY
};

/// Stays inside instructions that each fill 15 MiB of memory, where no epoch is looked at.
pub const BULK_MEMORY_LOOP: Parts<'static> = Parts {
    view: "
        (drop (memory.grow (i32.const 250)))
        (loop $again (memory.fill (i32.const 65536) (i32.const 1) (i32.const 15728640)) (br $again)) (unreachable)",
    act: "
        (call $put) (drop (memory.grow (i32.const 250)))
        (loop $again (memory.fill (i32.const 65536) (i32.const 1) (i32.const 15728640)) (br $again)) (unreachable)",
    records: true,
    ..HEALTHY
};

/// Hands the host a line of 2 GiB, which its memory does not have.
pub const GIANT_STRING: Parts<'static> = Parts {
    view: "(call $log (i32.const 1) (i32.const 0) (i32.const 0x7fffffff)) (global.get $page)",
    ..LOG_FLOOD
};

/// Hands the host a line of 12 MiB, more than one call may.
pub const LONG_STRING: Parts<'static> = Parts {
    view: "
        (drop (memory.grow (i32.const 200)))
        (call $log (i32.const 1) (i32.const 0) (i32.const 12582912)) (global.get $page)",
    ..LOG_FLOOD
};

/// Asks for 4 GiB of random bytes.
pub const GIANT_ANSWER: Parts<'static> = Parts {
    view: "(call $random (i32.const -1) (global.get $area)) (global.get $page)",
    imports: r#"(import "linli:host/context@0.1.0" "random" (func $random (param i32 i32)))"#,
    ..HEALTHY
};

/// Has no room for what the host answers: its allocator points beyond its memory.
pub const NOWHERE_TO_PUT: Parts<'static> = Parts {
    view: "(global.set $free (i32.const 0x7ffffff0)) (call $current (global.get $area)) (global.get $page)",
    imports: r#"(import "linli:host/context@0.1.0" "current" (func $current (param i32)))"#,
    ..HEALTHY
};

/// Shows a page of 100,000 blocks, all of them the button of [`BUTTON`].
pub const MANY_BLOCKS: Parts<'static> = Parts {
    view: "
        (local $to i32) (local $left i32)
        (drop (memory.grow (i32.const 120)))
        (local.set $to (i32.const 262144)) (local.set $left (i32.const 100000))
        (loop $again
          (memory.copy (local.get $to) (i32.const 3840) (i32.const 64))
          (local.set $to (i32.add (local.get $to) (i32.const 64)))
          (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        (i32.store (i32.const 1064) (i32.const 262144)) (i32.store (i32.const 1068) (i32.const 100000))
        (global.get $page)",
    more: BUTTON,
    ..HEALTHY
};

/// Writes a record under a new key again and again.
pub const RECORD_FLOOD: Parts<'static> = Parts {
    act: "
        (local $key i32)
        (loop $again
          (local.set $key (i32.add (local.get $key) (i32.const 1)))
          (i32.store (i32.const 540) (i32.or (i32.const 0x40404040) (i32.and (local.get $key) (i32.const 0x0f0f0f0f))))
          (i32.store (i32.const 544) (i32.or (i32.const 0x40404040) (i32.and (i32.shr_u (local.get $key) (i32.const 4)) (i32.const 0x0f0f0f0f))))
          (call $records_put (i32.const 512) (i32.const 5) (i32.const 540) (i32.const 8) (i32.const 528) (i32.const 2)
            (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i64.const 0) (global.get $area))
          (br $again)) (unreachable)",
    records: true,
    ..HEALTHY
};

/// Sets timers under new names until it is told that there are too many; traps where that is not at the fourth.
pub const TIMER_STORM: Parts<'static> = Parts {
    act: "
        (local $set i32)
        (loop $again
          (local.set $set (i32.add (local.get $set) (i32.const 1)))
          (i32.store8 (i32.const 540) (i32.add (i32.const 64) (local.get $set)))
          (call $set (i32.const 540) (i32.const 1) (i64.const 1795482000000000) (i32.const 512) (i32.const 0) (global.get $area))
          (br_if $again (i32.eqz (i32.load8_u (global.get $area)))))
        (if (i32.ne (local.get $set) (i32.const 4)) (then (unreachable)))
        (if (i32.load8_u (i32.add (global.get $area) (i32.const 4))) (then (unreachable)))
        (global.get $done)",
    fired: Some("(global.get $nothing)"),
    imports: r#"(import "linli:host/timers@0.1.0" "set-timer" (func $set (param i32 i32 i64 i32 i32 i32)))"#,
    ..HEALTHY
};

/// Shows a page with a button.
pub const BUTTONED: Parts<'static> = Parts {
    more: BUTTON,
    ..HEALTHY
};

/// Imports WASI.
pub const WASI_IMPORT: &str = r#"(component
    (import "wasi:cli/environment@0.2.6" (instance))
    (import "linli:host/ballots@0.1.0" (instance))
    (instance $pages) (export "linli:plugin/pages@0.1.0" (instance $pages)))"#;

/// Exports `pages` without its functions.
pub const EMPTY_PAGES: &str =
    r#"(component (instance $pages) (export "linli:plugin/pages@0.1.0" (instance $pages)))"#;

/// A manifest in TOML for a plugin, with the collection `notes` and the field `age`.
pub fn manifest(id: &str, version: &str) -> String {
    format!(
        r#"
        id = "{id}"
        version = "{version}"
        licence = "Apache-2.0"
        title = {{ zh = "测试", en = "Test" }}
        summary = {{ zh = "测试用", en = "For tests" }}
        [[pages]]
        path = "/"
        title = {{ zh = "测试", en = "Test" }}
        audience = ["resident"]
        menu = true
        fields = ["age"]
        [fields.age]
        purpose = {{ zh = "测试", en = "Test" }}
        necessary = true
        [collections.notes]
        purpose = {{ zh = "测试", en = "Test" }}
        retention-days = 30
        "#
    )
}

/// The component of some parts, with [`manifest`] embedded.
///
/// # Panics
/// Where the parts are no WebAssembly.
pub fn component(parts: Parts<'_>, id: &str, version: &str) -> Vec<u8> {
    with_manifest(parts, &manifest(id, version))
}

/// Enables the component of some parts, `care/NAME`, with all that it imports granted.
///
/// # Errors
/// Where the host does not take it.
///
/// # Panics
/// Where the parts are no WebAssembly.
pub async fn enable(world: &World, parts: Parts<'_>, name: &str) -> Result<Service> {
    let bytes = component(parts, &format!("care/{name}"), "1.0.0");
    let inspected = inspect(&bytes)?;
    let permissions = inspected.permissions();
    let id = world
        .enable(inspected.manifest, &bytes, permissions)
        .await?;
    world.service(id).await
}

fn address() -> page::Address {
    page::Address {
        path: "/".into(),
        query: Vec::new(),
    }
}

/// Asks for a plugin's first page.
pub fn request() -> page::Request {
    page::Request { address: address() }
}

/// Posts the action `go` on it.
pub fn submission() -> page::Submission {
    page::Submission {
        address: address(),
        action: "go".into(),
        arguments: Vec::new(),
        values: Vec::new(),
    }
}

/// The component of some parts, with this manifest embedded.
///
/// # Panics
/// Where the parts are no WebAssembly or the manifest is none.
pub fn with_manifest(parts: Parts<'_>, manifest: &str) -> Vec<u8> {
    let made = encode(parts)
        .and_then(|component| Ok(linli_registry::manifest::embed(&component, manifest)?));
    made.unwrap_or_else(|error| panic!("a fixture is broken: {error:#}"))
}

/// The component of a text form, with [`manifest`] embedded.
///
/// # Panics
/// Where the text is no component.
pub fn from_text(component: &str, id: &str, version: &str) -> Vec<u8> {
    let made = wat::parse_str(component)
        .map_err(anyhow::Error::from)
        .and_then(|component| {
            Ok(linli_registry::manifest::embed(
                &component,
                &manifest(id, version),
            )?)
        });
    made.unwrap_or_else(|error| panic!("a fixture is broken: {error:#}"))
}

fn encode(parts: Parts<'_>) -> Result<Vec<u8>> {
    let mut module = wat::parse_str(module(parts))?;
    let mut resolve = Resolve::default();
    resolve.push_dir(wit().join("host"))?;
    resolve.push_dir(wit().join("plugin"))?;
    let exports = [("timers", parts.fired), ("replies", parts.replied)];
    let exports: String = exports
        .iter()
        .filter(|(_, body)| body.is_some())
        .map(|(name, _)| format!("include linli:plugin/with-{name}@0.1.0; "))
        .collect();
    let world = format!(
        "package test:fixture; world plugin {{ include linli:plugin/service@0.1.0; {exports} }}"
    );
    let package = resolve.push_str("fixture.wit", &world)?;
    let world = resolve.select_world(&[package], Some("plugin"))?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    ComponentEncoder::default()
        .module(&module)?
        .validate(true)
        .encode()
}

fn wit() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here
        .ancestors()
        .map(|folder| folder.join("wit"))
        .find(|wit| wit.join("plugin").is_dir());
    found.unwrap_or_else(|| PathBuf::from("wit"))
}

fn module(parts: Parts<'_>) -> String {
    let Parts {
        view,
        act,
        fired,
        replied,
        imports,
        records,
        more,
    } = parts;
    let (import, put) = if records {
        (
            r#"(import "linli:host/records@0.1.0" "put"
                 (func $records_put (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32)))"#,
            r#"(func $try_put
                 (call $records_put (i32.const 512) (i32.const 5) (i32.const 520) (i32.const 1) (i32.const 528) (i32.const 2)
                   (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i64.const 0) (global.get $area)))
               (func $put (call $try_put) (if (i32.load8_u (global.get $area)) (then (unreachable))))"#,
        )
    } else {
        ("", "")
    };
    let fired = fired.map_or(String::new(), |body| {
        format!(
            r#"(func (export "linli:plugin/timers@0.1.0#fired") (param i32 i32 i64 i32 i32) (result i32) {body})"#
        )
    });
    let replied = replied.map_or(String::new(), |body| {
        format!(
            r#"(func (export "linli:plugin/replies@0.1.0#replied") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) {body})"#
        )
    });
    // Layouts by the canonical ABI: `result<page, failure>` at 1024 is `ok`, title (2048, 5), no `back`, no blocks;
    // `result<outcome, failure>` at 1280 is `ok`, `done`, to path (2056, 1) without query, nothing to say.
    format!(
        r#"(module
            {import} {imports}
            (memory (export "memory") 4)
            (global $page i32 (i32.const 1024))
            (global $done i32 (i32.const 1280))
            (global $nothing i32 (i32.const 1536))
            (global $area i32 (i32.const 768))
            (global $free (mut i32) (i32.const 131072))
            (data (i32.const 512) "notes") (data (i32.const 520) "k") (data (i32.const 528) "{{}}")
            (data (i32.const 1028) "\00\08\00\00\05\00\00\00")
            (data (i32.const 1288) "\08\08\00\00\01\00\00\00")
            (data (i32.const 2048) "Hello") (data (i32.const 2056) "/")
            {put} {more}
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
              (global.set $free (i32.and (i32.add (global.get $free) (i32.const 15)) (i32.const -16)))
              (global.get $free)
              (global.set $free (i32.add (global.get $free) (local.get 3))))
            (func (export "linli:plugin/pages@0.1.0#view") (param i32 i32 i32 i32) (result i32) {view})
            (func (export "linli:plugin/pages@0.1.0#act")
              (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) {act})
            {fired} {replied})"#
    )
}
