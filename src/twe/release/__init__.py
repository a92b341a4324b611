"""From a warehouse to a folder that is sent: made as a whole, registered, and verified later."""
