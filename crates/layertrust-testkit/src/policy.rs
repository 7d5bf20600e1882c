//! Policy files: the usual one, with the lines that a case changes.

/// A policy as sections of lines, in the order of the file.
#[derive(Clone, Debug)]
pub struct Policy {
    sections: Vec<(String, Vec<String>)>,
}

impl Policy {
    /// The organization `org` signs images that stand on the vendor's `dhi/*`.
    pub fn derived() -> Self {
        Self { sections: Vec::new() }
            .with("", "version = 1")
            .with("[signers.vendor]", r#"key = "../keys/vendor.pub""#)
            .with("[signers.org]", r#"key = "../keys/org.pub""#)
            .with("[base]", r#"signers = ["vendor"]"#)
            .with("[base]", r#"repositories = ["dhi/*"]"#)
            .with("[org]", r#"signers = ["org"]"#)
    }

    /// The organization signs, and its images stand on nothing.
    pub fn no_base() -> Self {
        Self::derived().with("[base]", "require = false")
    }

    /// Only untouched or vendor-built images; no organization signs.
    pub fn vendor_only() -> Self {
        Self::derived().without("[signers.org]").without("[org]").with("[org]", r#"layers = "forbidden""#)
    }

    /// With one more line in a section, which is added at the end of the file if it is new. A line for a key
    /// that the section has already replaces that line.
    pub fn with(mut self, header: &str, line: &str) -> Self {
        let key = |line: &str| line.split('=').next().unwrap_or_default().trim().to_owned();
        let position = self.sections.iter().position(|(name, _)| name == header).unwrap_or_else(|| {
            self.sections.push((header.to_owned(), Vec::new()));
            self.sections.len() - 1
        });
        let lines = &mut self.sections[position].1;
        match lines.iter_mut().find(|present| key(present) == key(line)) {
            Some(present) => *present = line.to_owned(),
            None => lines.push(line.to_owned()),
        }
        self
    }

    /// With a further table of an array, `[[org.attestation]]` and the like.
    pub fn table(mut self, header: &str, lines: &[&str]) -> Self {
        self.sections.push((header.to_owned(), lines.iter().map(|line| (*line).to_owned()).collect()));
        self
    }

    /// Without one key of a section.
    pub fn without_key(mut self, header: &str, key: &str) -> Self {
        for (_, lines) in self.sections.iter_mut().filter(|(name, _)| name == header) {
            lines.retain(|line| line.split('=').next().unwrap_or_default().trim() != key);
        }
        self
    }

    /// Without a section.
    pub fn without(mut self, header: &str) -> Self {
        self.sections.retain(|(name, _)| name != header);
        self
    }

    /// With the key of the second signer.
    pub fn with_qa(self) -> Self {
        self.with("[signers.qa]", r#"key = "../keys/qa.pub""#)
    }

    /// The TOML text of a policy of that name.
    pub fn text(&self, name: &str) -> String {
        let named = self.clone().with("", &format!("name = {name:?}"));
        let blocks: Vec<String> = named
            .sections
            .iter()
            .map(|(header, lines)| {
                let head = if header.is_empty() { String::new() } else { format!("{header}\n") };
                format!("{head}{}\n", lines.join("\n"))
            })
            .collect();
        blocks.join("\n")
    }
}
