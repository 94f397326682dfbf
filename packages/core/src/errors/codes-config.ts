/** Codes of configuration: what `signalbox validate` can find. */
export const configCodes = {
  CONFIG_YAML_SYNTAX: {
    when: "The file is not well-formed YAML.",
    remedy: "Mend the place the finding points at; most often it is an indentation or a missing quote.",
  },
  CONFIG_FIELD_UNKNOWN: {
    when: "A key stands where no field of that name exists.",
    remedy: "Use the suggested spelling, or look the component up in the reference.",
  },
} as const;
