//! Where programs, libraries and modules are looked for, first place first.

use std::collections::HashSet;

use crate::error::Result;
use crate::files::{NodeId, Tree, View};
use crate::limits::Limits;
use crate::oci::config::ImageConfig;

/// What containerd and moby set where the config sets nothing.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The directories of each kind of search, links resolved, without repeats.
pub(in crate::layers) struct SearchPaths {
    pub(super) programs: Places,
    pub(super) libraries: Places,
    pub(super) modules: Places,
    /// What entrypoint and command name, and what the links there lead to, in both states.
    started: HashSet<NodeId>,
    /// The names of the base's programs.
    of_base: HashSet<Vec<u8>>,
}

impl SearchPaths {
    /// Whether this is what the image starts.
    pub(super) fn starts(&self, _: &Tree, id: NodeId) -> bool {
        self.started.contains(&id)
    }

    /// Whether this lies in a directory of PATH.
    pub(super) fn has_program(&self, tree: &Tree, id: NodeId) -> bool {
        self.programs.known.contains(&tree.parent(id))
    }

    /// Whether the base has a program of this name.
    pub(in crate::layers) fn base_has_program(&self, name: &[u8]) -> bool {
        self.of_base.contains(name)
    }
}

/// Every search path of an image.
///
/// # Errors
/// `limit-exceeded` for a search of too many directories.
pub(in crate::layers) fn search_paths(
    tree: &Tree,
    config: &ImageConfig,
    base: Option<&ImageConfig>,
    limits: &Limits,
) -> Result<SearchPaths> {
    let folder = Folder::of(tree, config);
    let mut programs = Places::new(limits);
    for entry in variable(config, "PATH").unwrap_or(DEFAULT_PATH).split(':') {
        programs.add_in(tree, &folder, entry.as_bytes())?;
    }
    let mut started = HashSet::new();
    for (config, view) in [(Some(config), View::Now), (base, View::Base)] {
        for name in config.into_iter().flat_map(commands) {
            started.extend(program(tree, name, &programs, view));
        }
    }
    let of_base = programs.all.iter().flat_map(|dir| tree.children(*dir, View::Base));
    Ok(SearchPaths {
        of_base: of_base.map(|id| tree.name(id).to_vec()).collect(),
        libraries: libraries(tree, config, &folder, limits)?,
        modules: modules(tree, config, &folder, limits)?,
        programs,
        started,
    })
}

/// The working directory in both states: an empty entry of a search path is it, and others may be relative to it.
struct Folder {
    now: Option<NodeId>,
    base: Option<NodeId>,
}

impl Folder {
    const ROOT: Folder = Folder { now: Some(NodeId::ROOT), base: Some(NodeId::ROOT) };

    fn of(tree: &Tree, config: &ImageConfig) -> Self {
        let path = config.settings.get("WorkingDir").and_then(|value| value.as_str()).unwrap_or("/");
        let node = |view| tree.lookup(path.as_bytes(), view);
        Folder { now: node(View::Now), base: node(View::Base) }
    }

    /// Where an entry leads. An absolute one needs no working directory.
    fn lookup(&self, tree: &Tree, path: &[u8], view: View) -> Option<NodeId> {
        let from = match view {
            _ if path.starts_with(b"/") => Some(NodeId::ROOT),
            View::Now => self.now,
            View::Base => self.base,
        };
        tree.lookup_from(from?, path, view)
    }
}

fn variable<'c>(config: &'c ImageConfig, name: &str) -> Option<&'c str> {
    config.settings.get(&format!("Env.{name}"))?.as_str()
}

/// The first word of entrypoint and command: one of them is started.
fn commands(config: &ImageConfig) -> Vec<&str> {
    let first = |field: &str| config.settings.get(field)?.as_array()?.first()?.as_str();
    ["Entrypoint", "Cmd"].into_iter().filter_map(first).collect()
}

/// The nodes that a program's name stands for: every link on the way and the file at its end.
fn program(tree: &Tree, name: &str, programs: &Places, view: View) -> Vec<NodeId> {
    let start = match name.contains('/') {
        true => tree.lookup_link(name.as_bytes(), view),
        false => programs
            .all
            .iter()
            .filter_map(|dir| tree.child(*dir, name.as_bytes()))
            .find(|id| tree.file(*id, view).is_some()),
    };
    let end = start.and_then(|id| tree.follow(id, view));
    start.into_iter().chain(end).collect()
}

/// Directories in the order of a search.
#[derive(Default)]
pub(super) struct Places {
    pub(super) all: Vec<NodeId>,
    /// The same, to ask for one: a variable may list very many.
    known: HashSet<NodeId>,
    /// Those that the base's path leads to only since it was redirected: that is one change, and what it hides
    /// is not listed.
    pub(super) redirected: HashSet<NodeId>,
    tried: u64,
    limit: u64,
}

impl Places {
    fn new(limits: &Limits) -> Self {
        let limit = limits.search_path;
        Places { all: Vec::new(), known: HashSet::new(), redirected: HashSet::new(), tried: 0, limit }
    }

    fn add(&mut self, tree: &Tree, path: &[u8]) -> Result<()> {
        self.add_in(tree, &Folder::ROOT, path)
    }

    fn add_in(&mut self, tree: &Tree, folder: &Folder, path: &[u8]) -> Result<()> {
        self.tried += 1;
        Limits::check("search-path", self.limit, self.tried, "search for programs, libraries or modules")?;
        let Some(id) = folder.lookup(tree, path, View::Now) else { return Ok(()) };
        let is_redirected = folder.lookup(tree, path, View::Base).is_some_and(|base| base != id);
        if !is_redirected {
            self.redirected.remove(&id);
        } else if !self.known.contains(&id) {
            self.redirected.insert(id);
        }
        let is_directory = tree.file(id, View::Now).is_some_and(|file| file.is_directory());
        if is_directory && self.known.insert(id) {
            self.all.push(id);
        }
        Ok(())
    }

    /// A directory of libraries, after those below it for newer processors, which glibc's loader tries first.
    fn add_libraries(&mut self, tree: &Tree, folder: &Folder, path: &[u8]) -> Result<()> {
        let id = folder.lookup(tree, path, View::Now);
        let newer = id.filter(|id| !self.known.contains(id)).and_then(|id| tree.child(id, b"glibc-hwcaps"));
        let newer = newer.into_iter().flat_map(|id| tree.children(id, View::Now)).map(|id| tree.name(id));
        let mut newer: Vec<&[u8]> = newer.collect();
        newer.sort_unstable_by(|one, two| two.cmp(one));
        // The working directory itself is written as nothing.
        let path = if path.is_empty() { b".".as_slice() } else { path };
        for name in newer {
            self.add_in(tree, folder, &[path, b"/glibc-hwcaps/", name].concat())?;
        }
        self.add_in(tree, folder, path)
    }
}

/// Where the dynamic loader looks (ld.so(8)): the environment, its configuration, its own directories. A
/// program's own RPATH is not known here. `/usr/local/lib` counts as searched, configured or not.
fn libraries(tree: &Tree, config: &ImageConfig, folder: &Folder, limits: &Limits) -> Result<Places> {
    let mut places = Places::new(limits);
    // An empty variable is as if there was none; an empty entry of it is the working directory.
    let variable = variable(config, "LD_LIBRARY_PATH").filter(|value| !value.is_empty());
    for entry in variable.into_iter().flat_map(|value| value.split([':', ';'])) {
        places.add_libraries(tree, folder, entry.as_bytes())?;
    }
    for line in loader_configuration(tree) {
        places.add_libraries(tree, &Folder::ROOT, &line)?;
    }
    for prefix in ["usr/local/lib", "lib", "usr/lib", "lib64", "usr/lib64"] {
        if let Some(id) = tree.lookup(prefix.as_bytes(), View::Now) {
            let mut triplets: Vec<&[u8]> = tree
                .children(id, View::Now)
                .map(|id| tree.name(id))
                .filter(|name| is_triplet(name))
                .collect();
            triplets.sort_unstable();
            for triplet in triplets {
                places.add_libraries(tree, &Folder::ROOT, &[prefix.as_bytes(), b"/", triplet].concat())?;
            }
        }
        places.add_libraries(tree, &Folder::ROOT, prefix.as_bytes())?;
    }
    Ok(places)
}

/// Names such as `x86_64-linux-gnu`, which Debian puts libraries below.
fn is_triplet(name: &[u8]) -> bool {
    name.windows(7).any(|part| part == b"-linux-")
}

/// The directories that `etc/ld.so.conf` and musl's `etc/ld-musl-*.path` name, in order.
fn loader_configuration(tree: &Tree) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for line in kept_lines(tree, b"etc/ld.so.conf") {
        let pattern =
            line.strip_prefix(b"include").filter(|rest| rest.starts_with(b" ") || rest.starts_with(b"\t"));
        match pattern.map(<[u8]>::trim_ascii) {
            Some(pattern) => {
                // What is not absolute is beside the file that includes it, as Fedora writes it.
                let beside: &[u8] = if pattern.starts_with(b"/") { b"" } else { b"etc/" };
                for file in included(tree, &[beside, pattern].concat()) {
                    lines.extend(kept_lines(tree, &file));
                }
            }
            None => lines.push(line),
        }
    }
    let etc = tree.lookup(b"etc", View::Now);
    let musl = etc.into_iter().flat_map(|etc| tree.children(etc, View::Now));
    for id in musl.filter(|id| tree.name(*id).starts_with(b"ld-musl-") && tree.name(*id).ends_with(b".path"))
    {
        let content = tree.content(id, View::Now).unwrap_or_default();
        lines.extend(content.split(|byte| matches!(byte, b':' | b'\n')).map(<[u8]>::to_vec));
    }
    lines.retain(|line| line.starts_with(b"/"));
    lines
}

/// The lines of a configuration without comments and blanks.
fn kept_lines(tree: &Tree, path: &[u8]) -> Vec<Vec<u8>> {
    let content = tree.lookup(path, View::Now).and_then(|id| tree.content(id, View::Now)).unwrap_or_default();
    let lines = content.split(|byte| *byte == b'\n').map(|line| {
        let end = line.iter().position(|byte| *byte == b'#').unwrap_or(line.len());
        line.get(..end).unwrap_or_default().trim_ascii()
    });
    lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
}

/// The files that an include names, in order of name. One star in the file's name is what anybody writes.
fn included(tree: &Tree, pattern: &[u8]) -> Vec<Vec<u8>> {
    let slash = pattern.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
    let (folder, name) = (pattern.get(..slash).unwrap_or_default(), pattern.get(slash..).unwrap_or_default());
    let Some(star) = name.iter().position(|byte| *byte == b'*') else { return vec![pattern.to_vec()] };
    let (head, tail) = (name.get(..star).unwrap_or_default(), name.get(star + 1..).unwrap_or_default());
    let folder_id = tree.lookup(folder, View::Now);
    let names = folder_id.into_iter().flat_map(|id| tree.children(id, View::Now)).map(|id| tree.name(id));
    let mut files: Vec<Vec<u8>> = names
        .filter(|name| {
            name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail)
        })
        .map(|name| [folder, name].concat())
        .collect();
    files.sort_unstable();
    files
}

/// Where Python looks for modules: the environment, then the standard library, then packages. The folder of the
/// script itself, which comes first, is not known here.
fn modules(tree: &Tree, config: &ImageConfig, folder: &Folder, limits: &Limits) -> Result<Places> {
    let mut places = Places::new(limits);
    let variable = variable(config, "PYTHONPATH").filter(|value| !value.is_empty());
    for entry in variable.into_iter().flat_map(|value| value.split(':')) {
        places.add_in(tree, folder, entry.as_bytes())?;
    }
    let mut libraries: Vec<Vec<u8>> = Vec::new();
    for prefix in ["usr/local/lib", "usr/lib", "opt/python/lib", "lib"] {
        let folder = tree.lookup(prefix.as_bytes(), View::Now);
        let names = folder.into_iter().flat_map(|id| tree.children(id, View::Now)).map(|id| tree.name(id));
        let mut names: Vec<&[u8]> = names.filter(|name| name.starts_with(b"python")).collect();
        names.sort_unstable();
        libraries.extend(names.into_iter().map(|name| [prefix.as_bytes(), b"/", name].concat()));
    }
    libraries.iter().try_for_each(|path| places.add(tree, path))?;
    for path in libraries {
        for packages in [b"/site-packages".as_slice(), b"/dist-packages"] {
            places.add(tree, &[&path, packages].concat())?;
        }
    }
    Ok(places)
}

#[cfg(test)]
mod tests;
