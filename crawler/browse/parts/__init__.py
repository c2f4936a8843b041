"""What several pages share: the question in their address, lists page by page, the words of the desk."""
