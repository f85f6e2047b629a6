// A file that a person chooses.

import { useDescription, Hint, type Labelled, Wrong } from "./labelled";

interface Properties extends Labelled {
	accept: string;
	onChoose: (file: File | null) => void;
}

export function FileField(properties: Properties) {
	const { at, label, hint, accept, onChoose } = properties;
	const { id, wrong, attributes } = useDescription(properties);
	return (
		<div class="field">
			<label for={id}>{label}</label>
			<Hint id={id}>{hint}</Hint>
			<Wrong id={id}>{wrong}</Wrong>
			<input
				type="file"
				id={id}
				name={at}
				accept={accept}
				onChange={(event) => onChoose(event.currentTarget.files?.[0] ?? null)}
				{...attributes}
			/>
		</div>
	);
}
