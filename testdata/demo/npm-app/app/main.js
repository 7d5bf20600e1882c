#!/usr/bin/env node
const pick = require("lodash.pick");
const order = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(pick(order, ["id", "items", "total"])));
