//! One path with its methods; any other method is answered 405 with `Allow`, OPTIONS with `Allow`, and HEAD as
//! GET without its body.

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::guard::{Any, Get, Head};
use actix_web::http::{Method, header};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, web};

use super::errors::WebError;

/// A path being given its methods.
pub struct Endpoint {
    resource: Resource,
    methods: Vec<Method>,
}

/// Begins a path.
pub fn endpoint(path: &str) -> Endpoint {
    Endpoint { resource: web::resource(path), methods: Vec::new() }
}

macro_rules! method {
    ($(#[$doc:meta])* $name:ident, $method:ident) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name<F, Args>(self, handler: F) -> Self
        where
            F: Handler<Args>,
            Args: FromRequest + 'static,
            F::Output: Responder + 'static,
        {
            self.with(Method::$method, web::route().method(Method::$method).to(handler))
        }
    };
}

impl Endpoint {
    /// Answers GET, and HEAD alike.
    #[must_use]
    pub fn get<F, Args>(mut self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.methods.push(Method::HEAD);
        self.with(Method::GET, web::route().guard(Any(Get()).or(Head())).to(handler))
    }

    method!(
        /// Answers POST.
        post, POST
    );
    method!(
        /// Answers PUT.
        put, PUT
    );
    method!(
        /// Answers PATCH.
        patch, PATCH
    );
    method!(
        /// Answers DELETE.
        delete, DELETE
    );

    fn with(mut self, method: Method, route: actix_web::Route) -> Self {
        self.methods.push(method);
        self.resource = self.resource.route(route);
        self
    }
}

impl HttpServiceFactory for Endpoint {
    fn register(self, config: &mut AppService) {
        let mut allow: Vec<&str> = self.methods.iter().map(Method::as_str).collect();
        allow.push("OPTIONS");
        let allow = allow.join(", ");
        let other = move |request: HttpRequest| {
            let allow = allow.clone();
            async move {
                match *request.method() {
                    Method::OPTIONS => {
                        Ok(HttpResponse::NoContent().insert_header((header::ALLOW, allow)).finish())
                    }
                    _ => Err(WebError::MethodNotAllowed { allow }),
                }
            }
        };
        self.resource.default_service(web::route().to(other)).register(config);
    }
}
