"""HTTP and WebSocket: who asks, may they, and the live screens. Serves the web app."""
