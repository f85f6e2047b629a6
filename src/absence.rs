#![doc = include_str!("absence.md")]

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    fn sources(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node") && !path.ends_with("python") {
                sources(&path, text);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                text.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn each_test_that_the_list_names_is_there() {
        let mut text = String::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        sources(&root.join("src"), &mut text);
        sources(&root.join("crates"), &mut text);
        sources(&root.join("tests"), &mut text);
        let rows = include_str!("absence.md").lines().filter(|line| line.starts_with('|')).skip(2);
        let mut tests = 0;
        for row in rows {
            let named = row.split('|').nth(4).unwrap().split('`').skip(1).step_by(2);
            for test in named {
                assert!(text.contains(&format!("fn {test}(")), "{test} is not there");
                tests += 1;
            }
        }
        assert!(tests > 20, "{tests}");
    }
}
