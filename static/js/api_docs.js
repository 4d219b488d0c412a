"use strict";

// Draws the description of the API. What a signed-in admin tries out carries the CSRF token;
// a program's key is typed under "Authorize" and stays in this page's memory.
const place = document.getElementById("api-docs");

// The colours that were chosen on the other pages, else the system's.
const system = matchMedia("(prefers-color-scheme: dark)");
function colour() {
  const chosen = document.documentElement.dataset.theme;
  document.documentElement.classList.toggle("dark-mode", chosen ? chosen === "dark" : system.matches);
}
system.addEventListener("change", colour);
colour();

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (request.method && request.method !== "GET") {
      request.headers["X-CSRFToken"] = place.dataset.token;
    }
    return request;
  },
});
