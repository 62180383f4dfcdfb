//! The configured providers, in their order.

use std::sync::Arc;

use super::IdentityProvider;

/// Everywhere people can sign in; empty when there are only local accounts.
#[derive(Clone, Default)]
pub struct IdentityProviders(Arc<[Arc<dyn IdentityProvider>]>);

impl IdentityProviders {
    /// These providers; their names differ.
    pub fn new(providers: Vec<Arc<dyn IdentityProvider>>) -> Self {
        Self(providers.into())
    }

    /// The provider of that name.
    pub fn find(&self, name: &str) -> Option<Arc<dyn IdentityProvider>> {
        self.iter().find(|provider| provider.name() == name).cloned()
    }

    /// All of them, in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn IdentityProvider>> {
        self.0.iter()
    }
}
