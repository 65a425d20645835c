//! What a browser calls itself, in a word that its owner recognises in a list of sessions. It decides nothing.

/// The system, where a browser says one that people know.
const SYSTEMS: [(&str, &str); 7] = [
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// The system on which a browser runs; empty where it does not say.
pub(crate) fn name(agent: &str) -> &'static str {
    SYSTEMS
        .iter()
        .find(|(mark, _)| agent.contains(mark))
        .map_or("", |(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_are_told_from_computers() {
        let agents = [
            (
                "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36",
                "Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)",
                "iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko",
                "Windows",
            ),
            ("curl/8.5", ""),
        ];
        for (agent, system) in agents {
            assert_eq!(name(agent), system);
        }
    }
}
