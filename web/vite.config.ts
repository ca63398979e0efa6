import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { offlineShell } from "./offline-shell";

// The built pages go into the Python package: one wheel carries server and pages.
export default defineConfig({
  plugins: [react(), offlineShell()],
  build: {
    outDir: "../homeward/api/static",
    emptyOutDir: true,
    // light-dark() must reach the browser as it is: older targets get a polyfill that breaks it.
    // These fetch ahead what a page needs by themselves, too.
    target: ["chrome123", "firefox128", "safari17.5"],
    modulePreload: { polyfill: false },
    // Nothing inlined: the content security policy lets fonts and images come from us alone.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    // What all pages share comes as one file: small ones cost a telephone more than they hold.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: "frame",
              test: /src\/(parts\/(at-home|lost-banner|plain|scheme-button|title)|unit-words|shown|glucose-unit|languages\/filled|screens\/me\/today\.module)/,
            },
          ],
        },
      },
    },
  },
  worker: { format: "es" },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": { target: "http://127.0.0.1:8080", ws: true } },
  },
});
