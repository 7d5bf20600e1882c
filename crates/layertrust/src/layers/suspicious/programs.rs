//! Programs by their names, in folders of programs.

use super::split;
use crate::report::SuspiciousClass;

/// The folders that a shell searches by default, and programs for the most part.
const PATH: &[&str] = &["bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin"];

/// Whether it is in a folder of PATH, or such a folder itself.
pub(super) fn is_in_path(path: &[u8]) -> bool {
    let (folder, _) = split(path);
    PATH.iter().any(|known| folder == known.as_bytes() || path == known.as_bytes())
}

/// The class of a program. Wherever it is installed, its folder is named `bin` or `sbin`.
pub(super) fn class(folder: &[u8], name: &[u8]) -> Option<SuspiciousClass> {
    let (_, last) = split(folder);
    if !matches!(last, b"bin" | b"sbin") {
        return None;
    }
    // What a package of npm has in its folder is what a link in PATH leads to, which is reported.
    if folder.split(|byte| *byte == b'/').any(|part| part == b"node_modules") {
        return None;
    }
    of(name).or_else(|| {
        let plain = without_version(without_target(name));
        if plain.len() == name.len() { None } else { of(plain) }
    })
}

/// The class of a program by its plain name.
fn of(name: &[u8]) -> Option<SuspiciousClass> {
    match name {
        b"sh" | b"bash" | b"rbash" | b"dash" | b"ash" | b"zsh" | b"ksh" | b"mksh" | b"fish" | b"csh"
        | b"tcsh" | b"busybox" | b"busybox.static" | b"toybox" => Some(SuspiciousClass::Shell),
        b"apt" | b"apt-get" | b"apt-cache" | b"aptitude" | b"dpkg" | b"apk" | b"apk.static" | b"yum"
        | b"dnf" | b"microdnf" | b"tdnf" | b"rpm" | b"zypper" | b"pacman" | b"opkg" | b"pip" | b"npm"
        | b"npx" | b"yarn" | b"pnpm" | b"gem" | b"conda" | b"mamba" | b"micromamba" => {
            Some(SuspiciousClass::PackageManager)
        }
        // Compilers and what makes programs.
        b"gcc" | b"g++" | b"cc" | b"c++" | b"clang" | b"clang++" | b"ld" | b"ld.bfd" | b"ld.gold"
        | b"ld.lld" | b"lld" | b"as" | b"make" | b"gmake" | b"cmake" | b"ninja" | b"go" | b"rustc"
        | b"cargo" | b"javac" | b"mvn" | b"gradle" => Some(SuspiciousClass::BuildTool),
        // Debuggers, and what brings in or sends out.
        b"gdb" | b"lldb" | b"strace" | b"ltrace" | b"git" | b"curl" | b"wget" | b"nc" | b"nc.openbsd"
        | b"nc.traditional" | b"ncat" | b"netcat" | b"socat" | b"tcpdump" | b"nmap" => {
            Some(SuspiciousClass::BuildTool)
        }
        _ => name.starts_with(b"dpkg-").then_some(SuspiciousClass::PackageManager),
    }
}

/// Without the target that a compiler builds for: `gcc` of `x86_64-linux-gnu-gcc`, of
/// `x86_64-alpine-linux-musl-gcc` and of `x86_64-redhat-linux-gcc`.
fn without_target(name: &[u8]) -> &[u8] {
    let mut parts = name.split(|byte| *byte == b'-');
    if !parts.any(|part| part == b"linux") {
        return name;
    }
    let mut length = parts.clone().map(|part| part.len() + 1).sum::<usize>().saturating_sub(1);
    if let Some(first) = parts.next()
        && (first.starts_with(b"gnu") || first.starts_with(b"musl"))
    {
        length = length.saturating_sub(first.len() + 1);
    }
    name.get(name.len().saturating_sub(length)..).unwrap_or_default()
}

/// Without a version: `gcc` of `gcc-12`, `pip` of `pip3.13`.
fn without_version(name: &[u8]) -> &[u8] {
    let end = name.iter().rposition(|byte| !byte.is_ascii_digit() && *byte != b'.').map_or(0, |at| at + 1);
    match name.split_at_checked(end) {
        Some((plain, version)) if !version.is_empty() => plain.strip_suffix(b"-").unwrap_or(plain),
        _ => name,
    }
}
