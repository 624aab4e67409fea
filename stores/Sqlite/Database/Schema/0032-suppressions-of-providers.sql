-- Addresses that a provider has refused because of its own list, on ours or not: facts that hold evidence of kind 4 (EvidenceKind.Provider).
-- Compared with ours on request (Comparison).
CREATE INDEX suppressions_of_providers ON suppressions (tenant) WHERE instr(facts, X'226B223A34') > 0;
