using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>Numbers the places of the source at which a kernel can fail.</summary>
internal sealed class SourceSites
{
    private readonly List<SourceLocation?> locations = [];

    public int Add(SourceLocation? location)
    {
        if (locations.Count > 0 && Equals(locations[^1], location))
        {
            return locations.Count - 1;
        }

        locations.Add(location);
        return locations.Count - 1;
    }

    public SourceLocation?[] ToArray() => [.. locations];
}
