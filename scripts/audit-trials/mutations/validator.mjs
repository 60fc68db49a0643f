export const mutations = [
  {
    name: 'validator-hangs',
    check: 'validator.rpc-healthy',
    subject: 'rpc',
    apply: 'systemctl kill -s STOP validator.service',
    undo: 'systemctl kill -s CONT validator.service',
    settle: 1,
    also: ['validator.*'],
  },
];
