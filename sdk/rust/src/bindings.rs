//! What `wit-bindgen` makes of the contract. The rest of the crate gives these types their constructors and re-exports
//! them; a plugin need not name this module.

wit_bindgen::generate!({
    path: ["../../wit/host", "../../wit/plugin"],
    world: "linli:plugin/service",
    pub_export_macro: true,
    export_macro_name: "export_service",
    default_bindings_module: "linli_sdk::bindings",
    additional_derives: [PartialEq],
    generate_all,
});

/// An optional export, in a world of its own: its export macro brings its own component type, so that a plugin without
/// timers does not export them.
pub mod with_timers {
    wit_bindgen::generate!({
        path: ["../../wit/host", "../../wit/plugin"],
        world: "linli:plugin/with-timers",
        pub_export_macro: true,
        export_macro_name: "export_timers",
        default_bindings_module: "linli_sdk::bindings::with_timers",
        with: { "linli:host/types@0.1.0": super::linli::host::types },
        additional_derives: [PartialEq],
        generate_all,
    });
}

/// The same for what became of requests.
pub mod with_replies {
    wit_bindgen::generate!({
        path: ["../../wit/host", "../../wit/plugin"],
        world: "linli:plugin/with-replies",
        pub_export_macro: true,
        export_macro_name: "export_replies",
        default_bindings_module: "linli_sdk::bindings::with_replies",
        additional_derives: [PartialEq],
        generate_all,
    });
}
