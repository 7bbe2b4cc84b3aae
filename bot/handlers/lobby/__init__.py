"""The room that everybody comes through: the door for strangers, the menu and the help, and the accounts of each."""
