//! Two states of one path: what is different for whoever uses it.

use crate::files::{File, Kind, SETGID, SETUID, STICKY};
use crate::report::ChangeKind;

/// What became of a path that was written again. `Metadata` alone if no process can notice.
pub(crate) fn kinds(base: &File<'_>, now: &File<'_>) -> impl Iterator<Item = ChangeKind> {
    let is_same_content = base.kind() == now.kind()
        && base.size() == now.size()
        && base.digest() == now.digest()
        && base.link() == now.link();
    let rights = rights(base, now);
    let is_replaced = !is_same_content || rights == Rights::Narrower;
    let is_wider = rights == Rights::Wider;
    let kinds = [
        (is_replaced, ChangeKind::Replace),
        (is_wider, ChangeKind::Privilege),
        (!is_replaced && !is_wider, ChangeKind::Metadata),
    ];
    kinds.into_iter().filter(|(holds, _)| *holds).map(|(_, kind)| kind)
}

/// What mode, owner and attributes allow, compared with before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rights {
    Same,
    Narrower,
    Wider,
}

/// Anything that lets somebody do what nobody could before is wider, whatever else became narrower.
fn rights(base: &File<'_>, now: &File<'_>) -> Rights {
    // Nobody looks at the mode of a link.
    let modes = |file: &File<'_>| if file.kind() == Kind::Symlink { 0 } else { file.mode() };
    let (old, new) = (modes(base), modes(now));
    let privileged = SETUID | SETGID;
    let is_file = now.kind() == Kind::File;
    let gained = new & !old & 0o777 != 0
        || (is_file && new & !old & privileged != 0)
        // Without the sticky bit everybody may remove what others have there.
        || (now.is_directory() && old & !new & STICKY != 0 && new & 0o022 != 0)
        || gains(base.attributes(), now.attributes());
    let (old_owner, new_owner) = (base.owner(), now.owner());
    let is_other_owner = |old: u32, new: u32, bit: u16| {
        // Away from root, or a program that runs as its new owner.
        old != new && (new != 0 || (is_file && modes(now) & bit != 0))
    };
    if gained
        || is_other_owner(old_owner.0, new_owner.0, SETUID)
        || is_other_owner(old_owner.1, new_owner.1, SETGID)
    {
        return Rights::Wider;
    }
    match old == new && old_owner == new_owner && base.attributes() == now.attributes() {
        true => Rights::Same,
        false => Rights::Narrower,
    }
}

/// Whether there is an attribute that was not there before, or not with this value.
fn gains(old: &[u8], new: &[u8]) -> bool {
    if old == new {
        return false;
    }
    // Values may hold any byte, the one that joins attributes too: then this asks for more than it must.
    let old: Vec<&[u8]> = old.split(|byte| *byte == 0).collect();
    new.split(|byte| *byte == 0).any(|attribute| !attribute.is_empty() && !old.contains(&attribute))
}
