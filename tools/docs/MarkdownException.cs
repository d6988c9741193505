namespace IlgpuGan.Docs;

/// <summary>A page has Markdown that this generator does not support.</summary>
internal sealed class MarkdownException(string message) : FormatException(message);
