//! The catalogue.

/// Products: the public catalogue (GET) and a new one (POST).
pub const PRODUCTS: &str = "/products";
/// The form of a new product.
pub const NEW_PRODUCT: &str = "/products/new";

/// One product.
pub fn product(id: &str) -> String {
    format!("{PRODUCTS}/{id}")
}

/// The form of a product.
pub fn edit_product(id: &str) -> String {
    format!("{PRODUCTS}/{id}/edit")
}

/// The question before a product is deleted.
pub fn delete_product(id: &str) -> String {
    format!("{PRODUCTS}/{id}/delete")
}

/// Begins a research about a product (POST).
pub fn research_product(id: &str) -> String {
    format!("{PRODUCTS}/{id}/research")
}
