# Generated from docs/policy.schema.json and docs/LIMITS.md by `make generate`. Do not edit.
"""The bounds of a policy."""

from __future__ import annotations

from layertrust._policy_draft import D, Draft


class LimitsDraft(Draft):
    """The section `[limits]`."""

    __slots__ = ()

    def limits(
        self: D,
        *,
        referrers: int | str | None = None,
        layers: int | str | None = None,
        layer_size: int | str | None = None,
        layer_ratio: int | str | None = None,
        layer_entries: int | str | None = None,
        image_entries: int | str | None = None,
        path_size: int | str | None = None,
        path_depth: int | str | None = None,
        tree_steps: int | str | None = None,
        search_path: int | str | None = None,
        listed_paths: int | str | None = None,
        names_size: int | str | None = None,
        attribute_size: int | str | None = None,
        header_size: int | str | None = None,
        contents_size: int | str | None = None,
        table_size: int | str | None = None,
        statement_size: int | str | None = None,
        manifest_size: int | str | None = None,
        config_size: int | str | None = None,
        payload_size: int | str | None = None,
        index_entries: int | str | None = None,
        index_depth: int | str | None = None,
        json_depth: int | str | None = None,
        subjects: int | str | None = None,
        parameters: int | str | None = None,
        sbom_entries: int | str | None = None,
        vex_answers: int | str | None = None,
        evidence: int | str | None = None,
        evidence_size: int | str | None = None,
        base_candidates: int | str | None = None,
        layout_entries: int | str | None = None,
        archive_size: int | str | None = None,
    ) -> D:
        """Lowers or raises the built-in bounds.

        Sizes are bytes, or texts such as `200MiB`.

        Args:
            referrers: Default: 1000 things.
            layers: Default: 512 things.
            layer_size: Default: 8 GiB.
            layer_ratio: Default: 2000 things.
            layer_entries: Default: 2000000 things.
            image_entries: Default: 4000000 things.
            path_size: Default: 4 KiB.
            path_depth: Default: 256 things.
            tree_steps: Default: 268435456 things.
            search_path: Default: 1000 things.
            listed_paths: Default: 200000 things.
            names_size: Default: 512 MiB.
            attribute_size: Default: 64 KiB.
            header_size: Default: 1 MiB.
            contents_size: Default: 256 MiB.
            table_size: Default: 32 MiB.
            statement_size: Default: 64 MiB.
            manifest_size: Default: 4 MiB.
            config_size: Default: 4 MiB.
            payload_size: Default: 64 KiB.
            index_entries: Default: 1000 things.
            index_depth: Default: 4 things.
            json_depth: Default: 64 things.
            subjects: Default: 10000 things.
            parameters: Default: 100000 things.
            sbom_entries: Default: 1000000 things.
            vex_answers: Default: 500000 things.
            evidence: Default: 2000 things.
            evidence_size: Default: 512 MiB.
            base_candidates: Default: 1000 things.
            layout_entries: Default: 100000 things.
            archive_size: Default: 32 GiB.
        """
        return self._set(
            "limits",
            {
                "referrers": referrers,
                "layers": layers,
                "layer-size": layer_size,
                "layer-ratio": layer_ratio,
                "layer-entries": layer_entries,
                "image-entries": image_entries,
                "path-size": path_size,
                "path-depth": path_depth,
                "tree-steps": tree_steps,
                "search-path": search_path,
                "listed-paths": listed_paths,
                "names-size": names_size,
                "attribute-size": attribute_size,
                "header-size": header_size,
                "contents-size": contents_size,
                "table-size": table_size,
                "statement-size": statement_size,
                "manifest-size": manifest_size,
                "config-size": config_size,
                "payload-size": payload_size,
                "index-entries": index_entries,
                "index-depth": index_depth,
                "json-depth": json_depth,
                "subjects": subjects,
                "parameters": parameters,
                "sbom-entries": sbom_entries,
                "vex-answers": vex_answers,
                "evidence": evidence,
                "evidence-size": evidence_size,
                "base-candidates": base_candidates,
                "layout-entries": layout_entries,
                "archive-size": archive_size,
            },
        )
