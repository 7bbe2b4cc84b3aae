"""Bad input and failures of the messenger, as people meet them."""
