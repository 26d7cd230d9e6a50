/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Where `npm run dev` finds the API: a running platform, or the mock (`npm run mock`).
const api = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env["LIANDONG_API"] ?? "http://127.0.0.1:7110";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // Everything is its own hashed file: the page's CSP admits nothing inline and no data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: "es" },
  preview: { proxy: { "/api": { target: api, changeOrigin: false } } },
  server: {
    port: 5173,
    // Tests read the rules beside the console: what the checker says has to be there in Chinese.
    fs: { allow: [".."] },
    proxy: { "/api": { target: api, changeOrigin: false } },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/patience.ts"],
    include: ["src/**/*.test.{ts,tsx}", "mock/**/*.test.mjs"],
    restoreMocks: true,
    // A guard against what never ends, not a measure: machines are shared.
    testTimeout: 60_000,
    css: { include: [/\.css\?raw/] },
  },
});
