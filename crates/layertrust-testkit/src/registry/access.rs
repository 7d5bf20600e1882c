//! Who may read: Basic credentials, or tokens of the registry's own token server
//! (<https://distribution.github.io/distribution/spec/auth/token/>).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::http::Answer;
use super::record::Asked;

/// What the registry wants to see before it answers.
#[derive(Clone, Debug, Default)]
pub struct Auth {
    scheme: Scheme,
    login: Option<(String, String)>,
    identity_token: Option<String>,
    realm: Option<String>,
    token_field: Option<String>,
    uses: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Scheme {
    #[default]
    Anybody,
    Basic,
    Bearer,
}

impl Auth {
    /// Basic credentials with every request.
    #[must_use]
    pub fn basic(user: &str, password: &str) -> Self {
        Self { scheme: Scheme::Basic, ..Self::default() }.login(user, password)
    }

    /// A token for the scope `repository:NAME:pull`, from `/token`. Without a login anybody gets one.
    #[must_use]
    pub fn bearer() -> Self {
        Self { scheme: Scheme::Bearer, ..Self::default() }
    }

    /// The token server wants these Basic credentials.
    #[must_use]
    pub fn login(mut self, user: &str, password: &str) -> Self {
        self.login = Some((user.to_owned(), password.to_owned()));
        self
    }

    /// The token server takes this refresh token in a POST (OAuth 2), as `identitytoken` of Docker's file.
    #[must_use]
    pub fn identity_token(mut self, token: &str) -> Self {
        self.identity_token = Some(token.to_owned());
        self
    }

    /// The challenge names this token server instead of the registry's own.
    #[must_use]
    pub fn realm(mut self, address: &str) -> Self {
        self.realm = Some(address.to_owned());
        self
    }

    /// The token comes in this field; `token` by default, `access_token` with some registries.
    #[must_use]
    pub fn token_field(mut self, name: &str) -> Self {
        self.token_field = Some(name.to_owned());
        self
    }

    /// A token is good for this many requests; then it counts as expired.
    #[must_use]
    pub fn uses(mut self, count: usize) -> Self {
        self.uses = Some(count);
        self
    }
}

/// The tokens that are out.
pub(super) struct Access {
    auth: Auth,
    realm: String,
    tokens: Mutex<BTreeMap<String, Token>>,
}

struct Token {
    repositories: Vec<String>,
    uses: usize,
}

impl Access {
    pub(super) fn new(auth: Auth, address: SocketAddr) -> Self {
        let realm = auth.realm.clone().unwrap_or_else(|| format!("http://{address}/token"));
        Self { auth, realm, tokens: Mutex::default() }
    }

    /// The refusal of a request, if it is one. `repository` is none for `/v2/`.
    pub(super) fn refuse(&self, asked: &Asked, repository: Option<&str>) -> Option<Answer> {
        let given = asked.header("authorization").unwrap_or_default();
        let problem = match self.auth.scheme {
            Scheme::Anybody => return None,
            Scheme::Basic if self.is_login(given) => return None,
            Scheme::Basic => "",
            Scheme::Bearer => {
                let mut tokens = self.tokens.lock().unwrap();
                match given.strip_prefix("Bearer ").and_then(|token| tokens.get_mut(token)) {
                    None if given.is_empty() => "",
                    None | Some(Token { uses: 0, .. }) => "invalid_token",
                    Some(token)
                        if repository.is_none_or(|name| token.repositories.iter().any(|r| r == name)) =>
                    {
                        token.uses -= 1;
                        return None;
                    }
                    Some(_) => "insufficient_scope",
                }
            }
        };
        Some(self.challenge(repository, problem))
    }

    /// 401 with what to do about it.
    pub(super) fn challenge(&self, repository: Option<&str>, problem: &str) -> Answer {
        let mut challenge = match self.auth.scheme {
            Scheme::Bearer => format!(r#"Bearer realm="{}",service="layertrust-test""#, self.realm),
            Scheme::Basic | Scheme::Anybody => r#"Basic realm="layertrust-test""#.to_owned(),
        };
        if self.auth.scheme == Scheme::Bearer {
            if let Some(name) = repository {
                challenge.push_str(&format!(r#",scope="repository:{name}:pull""#));
            }
            if !problem.is_empty() {
                challenge.push_str(&format!(r#",error="{problem}""#));
            }
        }
        Answer::error(401, "UNAUTHORIZED").header("WWW-Authenticate", challenge)
    }

    /// What the token server says.
    pub(super) fn token(&self, asked: &Asked) -> Answer {
        let (allowed, service, scopes) = match asked.method.as_str() {
            "GET" => {
                let given = asked.header("authorization").unwrap_or_default();
                // Who gives wrong credentials is turned away even where none are needed.
                let anonymous =
                    given.is_empty() && self.auth.login.is_none() && self.auth.identity_token.is_none();
                (anonymous || self.is_login(given), asked.query("service"), asked.query("scope"))
            }
            "POST" => (self.is_grant(asked), asked.form("service"), asked.form("scope")),
            _ => return Answer::error(405, "UNSUPPORTED"),
        };
        if !allowed {
            return Answer::error(401, "UNAUTHORIZED").header("WWW-Authenticate", r#"Basic realm="token""#);
        }
        if service != ["layertrust-test"] {
            return Answer::error(400, "UNSUPPORTED");
        }
        let repositories = scopes.iter().flat_map(|scopes| scopes.split(' ')).filter_map(|scope| {
            let (name, actions) = scope.strip_prefix("repository:")?.rsplit_once(':')?;
            actions.split(',').any(|action| action == "pull").then(|| name.to_owned())
        });
        let repositories = repositories.collect();
        let mut tokens = self.tokens.lock().unwrap();
        let token = format!("token-{}", tokens.len() + 1);
        tokens.insert(token.clone(), Token { repositories, uses: self.auth.uses.unwrap_or(usize::MAX) });
        let field = self.auth.token_field.as_deref().unwrap_or("token");
        Answer::new(200, json!({ field: token, "expires_in": 300 }).to_string())
            .header("Content-Type", "application/json")
    }

    fn is_login(&self, given: &str) -> bool {
        self.auth.login.as_ref().is_some_and(|(user, password)| {
            given == format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
        })
    }

    fn is_grant(&self, asked: &Asked) -> bool {
        let field = |name| asked.form(name).into_iter().next();
        match field("grant_type").as_deref() {
            Some("refresh_token") => {
                self.auth.identity_token.is_some() && field("refresh_token") == self.auth.identity_token
            }
            Some("password") => {
                self.auth.login.is_some() && field("username").zip(field("password")) == self.auth.login
            }
            _ => false,
        }
    }
}
