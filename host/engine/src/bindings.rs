//! The contract in Rust: what `wit/` says, as types and traits that wasmtime makes. Nothing is written here by hand.
#![expect(
    missing_docs,
    reason = "generated from wit/, which is documented there"
)]

wasmtime::component::bindgen!({
    path: ["../../wit/host", "../../wit/plugin"],
    world: "linli:plugin/everything@0.1.0",
    imports: { default: async | trappable },
    exports: { default: async },
    additional_derives: [Clone, PartialEq, serde::Serialize, serde::Deserialize],
});
