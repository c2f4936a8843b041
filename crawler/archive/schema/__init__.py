"""Tables, views and their descriptions; every change is a named migration."""
