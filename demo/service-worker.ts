/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope;

// The shop's own service worker is this one line: Tacit's snippet keeps pages, SDK and release for a start offline.
self.importScripts('/tacit/tacit-service-worker.js');

export {};
