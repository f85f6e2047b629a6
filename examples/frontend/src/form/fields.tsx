// Fields: a label, a hint, the field, and beside it what is wrong.

import { useState } from "preact/hooks";

import { say } from "../language";
import { Hint, type Labelled, useDescription, Wrong } from "./labelled";

interface Text extends Labelled {
	type?: "text" | "email" | "date";
	autocomplete?: string;
	inputMode?: "numeric";
	value?: string;
	/** For codes and numbers. */
	short?: boolean;
}

export function TextField(properties: Text) {
	const { at, label, hint, type = "text", value = "", short, ...input } = properties;
	const { id, wrong, attributes } = useDescription(properties);
	return (
		<div class="field">
			<label for={id}>{label}</label>
			<Hint id={id}>{hint}</Hint>
			<Wrong id={id}>{wrong}</Wrong>
			{/* Preact's types want to know the type of a field before it is known; all of these take the same attributes. */}
			<input
				class={short ? "short" : ""}
				id={id}
				name={at}
				type={type as "text"}
				defaultValue={value}
				{...input}
				{...attributes}
			/>
		</div>
	);
}

export function LongTextField(properties: Labelled) {
	const { at, label, hint } = properties;
	const { id, wrong, attributes } = useDescription(properties);
	return (
		<div class="field">
			<label for={id}>{label}</label>
			<Hint id={id}>{hint}</Hint>
			<Wrong id={id}>{wrong}</Wrong>
			<textarea id={id} name={at} rows={5} {...attributes} />
		</div>
	);
}

/** A password can be pasted and shown: both make people choose longer ones. */
export function PasswordField(properties: Labelled & { isNew?: boolean }) {
	const { at, label, hint, isNew } = properties;
	const { id, wrong, attributes } = useDescription(properties);
	const [shown, setShown] = useState(false);
	return (
		<div class="field">
			<label for={id}>{label}</label>
			<Hint id={id}>{hint}</Hint>
			<Wrong id={id}>{wrong}</Wrong>
			<div class="beside">
				<input
					id={id}
					name={at}
					type={(shown ? "text" : "password") as "text"}
					autocomplete={isNew ? "new-password" : "current-password"}
					spellcheck={false}
					{...attributes}
				/>
				<button type="button" class="quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>
					{shown ? say("Ascunde", "Hide") : say("Arată", "Show")}
					<span class="for-readers"> {say("parola", "password")}</span>
				</button>
			</div>
		</div>
	);
}

export interface Option {
	value: string;
	label: string;
	hint?: string;
}

interface Choice extends Labelled {
	options: Option[];
	value?: string;
	onChoose?: (value: string) => void;
}

/** One of a few. */
export function Radios(properties: Choice) {
	const { at, label, hint, options, value, onChoose } = properties;
	const { id, wrong, attributes } = useDescription(properties);
	return (
		<fieldset class="field" {...attributes}>
			<legend>{label}</legend>
			<Hint id={id}>{hint}</Hint>
			<Wrong id={id}>{wrong}</Wrong>
			{options.map((option, index) => (
				<div class="choice" key={option.value}>
					<input
						type="radio"
						id={index === 0 ? id : `${id}-${option.value}`}
						name={at}
						value={option.value}
						defaultChecked={option.value === value}
						onChange={() => onChoose?.(option.value)}
						{...(option.hint && { "aria-describedby": `${id}-${option.value}-hint` })}
					/>
					<label for={index === 0 ? id : `${id}-${option.value}`}>{option.label}</label>
					<Hint id={`${id}-${option.value}`}>{option.hint}</Hint>
				</div>
			))}
		</fieldset>
	);
}

/** One of many. */
export function Select(properties: Choice) {
	const { at, label, hint, options, onChoose } = properties;
	const { id, wrong, attributes } = useDescription(properties);
	return (
		<div class="field">
			<label for={id}>{label}</label>
			<Hint id={id}>{hint}</Hint>
			<Wrong id={id}>{wrong}</Wrong>
			<select id={id} name={at} onChange={(event) => onChoose?.(event.currentTarget.value)} {...attributes}>
				<option value="">{say("Alegeți", "Choose")}</option>
				{options.map((option) => (
					<option key={option.value} value={option.value}>
						{option.label}
					</option>
				))}
			</select>
		</div>
	);
}

export function Checkbox(properties: Labelled) {
	const { at, label, hint } = properties;
	const { id, wrong, attributes } = useDescription(properties);
	return (
		<div class="field">
			<Wrong id={id}>{wrong}</Wrong>
			<div class="choice">
				<input type="checkbox" id={id} name={at} {...attributes} />
				<label for={id}>{label}</label>
				<Hint id={id}>{hint}</Hint>
			</div>
		</div>
	);
}
