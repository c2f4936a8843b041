"""Values as pages show them: numbers and days in words, bars, tints and graphs as coordinates."""
