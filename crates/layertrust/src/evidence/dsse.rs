//! DSSE envelopes (secure-systems-lab/dsse "envelope.md", "protocol.md").

use crate::code::Code;
use crate::error::{Error, Result};
use crate::evidence::decode_base64;
use crate::json::{self, Node};
use crate::limits::Limits;
use crate::oci::media_type;

/// An envelope around an in-toto statement, with exactly one signature.
#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    pub(crate) key_hint: Option<String>,
}

impl Envelope {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self> {
        Self::read(&json::parse(bytes, limits.json_depth, "DSSE envelope")?)
    }

    pub(crate) fn read(node: &Node<'_>) -> Result<Self> {
        let what = "DSSE envelope";
        let fields = node.structure(what, &["payload", "payloadType", "signatures"])?;
        let kind = fields.require_string("payloadType")?;
        if kind != media_type::IN_TOTO {
            return Err(Error::new(Code::UnsupportedFormat, what)
                .expected(format!("payloadType {}", media_type::IN_TOTO))
                .found(format!("{kind:?}")));
        }
        let [signature] = fields.require_array("signatures")? else {
            return Err(Error::new(Code::Malformed, what)
                .expected("exactly one signature")
                .found(fields.require_array("signatures")?.len()));
        };
        let signature = signature.structure(what, &["sig", "keyid", "cert"])?;
        Ok(Envelope {
            payload: decode_base64(fields.require_string("payload")?, "DSSE payload")?,
            signature: decode_base64(signature.require_string("sig")?, "DSSE signature")?,
            key_hint: signature.string("keyid")?.filter(|hint| !hint.is_empty()).map(str::to_owned),
        })
    }

    /// The front of the pre-authentication encoding; the payload follows. Lengths count bytes.
    pub(crate) fn pae_header(&self) -> String {
        format!("DSSEv1 {} {} {} ", media_type::IN_TOTO.len(), media_type::IN_TOTO, self.payload.len())
    }
}

#[cfg(test)]
mod tests;
