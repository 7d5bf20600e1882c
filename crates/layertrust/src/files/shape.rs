//! Credentials by their shape. Only the shape is kept, never a value.

#[cfg(feature = "layers")]
mod marks;

/// What a file's content looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum SecretShape {
    /// A private key as PEM, OpenPGP, PuTTY or age write it, encrypted or not.
    PrivateKey,
    /// An access key of AWS, together with its secret.
    AwsKey,
    /// The key file of a Google service account.
    GoogleKey,
    /// A token of GitHub.
    GithubToken,
    /// A token of GitLab.
    GitlabToken,
    /// A token of Slack.
    SlackToken,
    /// A token that npm sends to a registry.
    NpmToken,
    /// User and password for a registry of container images.
    RegistryLogin,
    /// A live key of Stripe.
    StripeKey,
}

impl SecretShape {
    /// The word that reports and messages use.
    pub(crate) fn name(self) -> &'static str {
        match self {
            SecretShape::PrivateKey => "private-key",
            SecretShape::AwsKey => "aws-key",
            SecretShape::GoogleKey => "google-key",
            SecretShape::GithubToken => "github-token",
            SecretShape::GitlabToken => "gitlab-token",
            SecretShape::SlackToken => "slack-token",
            SecretShape::NpmToken => "npm-token",
            SecretShape::RegistryLogin => "registry-login",
            SecretShape::StripeKey => "stripe-key",
        }
    }
}

/// Looks at a file's content as it streams by; pieces may be cut anywhere.
///
/// The head of the file is gathered and looked at once, in [`finish`](Self::finish): copying it costs less
/// than one search, and what belongs together is never cut apart.
#[cfg(feature = "layers")]
#[derive(Debug, Default)]
pub(crate) struct ShapeFinder {
    /// The file's first bytes, at most [`HEAD`](Self::HEAD).
    head: Vec<u8>,
}

#[cfg(feature = "layers")]
impl ShapeFinder {
    /// A larger file need not be fed at all: credentials are written by hand or by a login command, not by
    /// the megabyte.
    pub(crate) const LARGEST: u64 = 1 << 20;

    /// How much of a file is looked at. Key files and configuration are far smaller; it also fits in the
    /// processor's cache, which many searches over the same bytes need.
    const HEAD: usize = 64 << 10;

    /// Takes the next piece of the file.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let room = Self::HEAD.saturating_sub(self.head.len());
        self.head.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    /// What the bytes seen so far look like.
    pub(crate) fn finish(&self) -> Option<SecretShape> {
        marks::find(&self.head)
    }

    /// Forgets the file; the next one needs no new memory.
    pub(crate) fn clear(&mut self) {
        self.head.clear();
    }
}

#[cfg(all(test, feature = "layers"))]
mod tests;
