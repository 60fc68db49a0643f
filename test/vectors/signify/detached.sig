untrusted comment: verify with base.pub
RWSedJMxhCwaVlQyy9jIYiWFwdqzR7w/tbgANj5+ldxcs+bLUZt52D6BEnfOLwkeP520kVTT3BNC9Iaou/qq26F5OukD+BE+og0=
