namespace IlgpuGan.Docs;

/// <summary>Markdown that this generator does not know: it says so, rather than to show a page other than it was meant.</summary>
internal sealed class MarkdownException(string message) : FormatException(message);
