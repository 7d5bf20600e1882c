//! Every sound form verifies, and every broken one is refused for its own reason, by somebody else's
//! verifier (`sigstore-verify`).

mod oracle;

mod broken;
mod honest;
mod legacy;
mod parts;
mod shapes;
