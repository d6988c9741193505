namespace IlgpuGan.Models.Families;

/// <summary>A network that can't be exported as a graph, for another reason than the number of its inputs.</summary>
internal interface INotExportable
{
    /// <summary>For messages, after the network's name: <c>compares the pictures of a batch</c>.</summary>
    string WhyNotExportable { get; }
}
