using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>Numbers the places of the source at which a kernel can fail.</summary>
internal sealed class SourceSites
{
    private readonly List<SourceLocation?> _locations = [];

    public int Add(SourceLocation? location)
    {
        if (_locations.Count > 0 && Equals(_locations[^1], location))
        {
            return _locations.Count - 1;
        }

        _locations.Add(location);
        return _locations.Count - 1;
    }

    public SourceLocation?[] ToArray() => [.. _locations];
}
