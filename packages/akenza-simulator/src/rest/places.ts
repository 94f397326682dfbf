import type { Tag } from "../building.ts";
import type { Answer } from "./answer.ts";
import { PERMISSION_DENIED, RestError } from "./answer.ts";
import { CREATED } from "./asset-json.ts";
import { pageOf } from "./page.ts";
import type { RestCall } from "./call.ts";

/** GET /v3/organizations: the one organization of the key. */
export function organizationPage({ context, query }: RestCall): Answer {
  return { status: 200, body: pageOf([context.building.organization], query) };
}

/** GET /v3/workspaces: those the key may see. */
export function workspacePage({ context, credential, query }: RestCall): Answer {
  const { workspaces, organization } = context.building;
  const visible = workspaces.filter(({ id }) => credential.sees(id));
  return {
    status: 200,
    body: pageOf(
      visible.map((place) => ({ ...place, organizationId: organization.id })),
      query,
    ),
  };
}

/** GET /v3/workspace-access: `all` for a key that is not limited to workspaces. */
export function workspaceAccess({ context, credential }: RestCall): Answer {
  const ids = context.building.workspaces.map(({ id }) => id).filter((id) => credential.sees(id));
  return { status: 200, body: { all: !credential.isWorkspaceLimited, ids } };
}

/** GET /v3/tags?workspaceId= */
export function tagPage(call: RestCall): Answer {
  const { context, credential, query } = call;
  const wanted = query.get("workspaceId");
  const tags = context.building.tags.filter(
    ({ workspaceId }) => credential.sees(workspaceId) && (wanted === null || workspaceId === wanted),
  );
  return {
    status: 200,
    body: pageOf(
      tags.map((tag) => describe(tag, call)),
      query,
    ),
  };
}

/** GET /v3/tags/{id} */
export function tagJson(call: RestCall): Answer {
  const tag = call.context.building.tag(call.id);
  if (!tag) throw new RestError(404, `Tag with id ${call.id} not found`);
  if (!call.credential.sees(tag.workspaceId)) throw new RestError(403, PERMISSION_DENIED);
  return { status: 200, body: describe(tag, call) };
}

function describe({ id, name, workspaceId }: Tag, { context }: RestCall): object {
  const tagged = context.building.devices.filter(({ tags }) => tags.some((tag) => tag.id === id));
  return {
    id,
    name,
    description: null,
    workspaceId,
    color: "#3f51b5",
    taggedDevices: tagged.length,
    created: CREATED,
    updated: CREATED,
  };
}
