import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Params } from '../../../../rehearsal/src/server/wire/params.ts';

test('lists and structures come in the order of their numbers', () => {
  const params = Params.fromForm('Id.10=ten&Id.2=two&Id.1=one&Filter.1.Name=name&Filter.1.Value.1=a%20b%2Bc');
  assert.deepEqual(params.list('Id'), ['one', 'two', 'ten']);
  const [filter] = params.structures('Filter');
  assert.equal(filter?.required('Name'), 'name');
  assert.deepEqual(filter?.list('Value'), ['a b+c']);
});

test('an empty value is no value, but can be told from one that was not sent', () => {
  const params = Params.fromForm('SubnetId=&Ebs.NoDevice=');
  assert.equal(params.text('SubnetId'), undefined);
  assert.equal(params.raw('SubnetId'), '');
  assert.equal(params.raw('Other'), undefined);
  assert.equal(params.structure('Other'), undefined);
  assert.equal(params.structure('Ebs')?.raw('NoDevice'), '');
});

test('a missing or wrong value is refused by name', () => {
  const params = Params.fromForm('Max=many&Dry=maybe&A.1.B=');
  assert.throws(() => params.required('ImageId'), { code: 'MissingParameter', message: /ImageId/ });
  assert.throws(() => params.structures('A')[0]?.required('B'), { message: /A\.1\.B/ });
  assert.throws(() => params.integer('Max'), { code: 'InvalidParameterValue', message: /many.*Max/ });
  assert.throws(() => params.flag('Dry'), { code: 'InvalidParameterValue', message: /maybe.*Dry/ });
});

test('names that every object has are no parameters', () => {
  assert.equal(Params.fromForm('A=1').text('constructor'), undefined);
  assert.deepEqual(Params.fromForm('__proto__.1=x').list('__proto__'), ['x']);
});
