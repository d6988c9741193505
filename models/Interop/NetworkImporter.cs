using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Interop;

/// <summary>The result of an import.</summary>
public sealed record ImportedRun
{
    /// <summary>Directory of the run.</summary>
    public required RunDirectory Directory { get; init; }

    /// <summary>Options: inferred from the tensors, defaults for the rest.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>Names of all networks that the run now holds.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>Tensors of the file that the networks here do without (<see cref="StoredNetwork.Dropped"/>).</summary>
    public required IReadOnlyList<string> Dropped { get; init; }

    /// <summary>Sentences on what was chosen of the file.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Names of networks that the file lacks and without which the generator can't translate.</summary>
    internal IReadOnlyList<string> Lacks { get; init; } = [];
}

/// <summary>Creates run directories from other programs' generators, for translation or as initial weights.</summary>
public static class NetworkImporter
{
    /// <summary>
    /// Imports a file's generators, with the networks that they need, into a new run. A CycleGAN's two generators can be imported one after
    /// the other: the second joins the run of the first.
    /// </summary>
    /// <param name="from">a file of any known format; see <see cref="NetworkFile"/></param>
    /// <param name="folder">the run's directory</param>
    /// <param name="direction">direction of the generator; needed only if it is unknown and not A to B</param>
    /// <param name="network">name of the only generator to import, in the file or in a run; null for all</param>
    /// <exception cref="PictureException">the file is the run's own checkpoint</exception>
    /// <exception cref="InteropException">the file holds no suitable generator, or the folder holds another run</exception>
    /// <exception cref="RunException">
    /// the folder can't be created, holds what is left of a run or other files that a run would overwrite, or another program starts a run
    /// in it now
    /// </exception>
    /// <exception cref="IOException">the file can't be read or is damaged, or the run can't be written</exception>
    public static ImportedRun Import(string from, string folder, Direction? direction = null, string? network = null)
    {
        using var source = NetworkFile.Open(from, network);
        var generators = source.Networks.Where(n => n.IsGenerator).ToList();
        if (generators.Count == 0)
        {
            throw new InteropException($"{source.Path}: {source.Networks[0].Name} of {source.Networks[0].Options.Model} does not " +
                "translate; a run needs a generator that does");
        }

        var options = Directed(generators, direction, source.Path, out var nameInRun);
        if (generators.Any(g => g.Options != generators[0].Options))
        {
            throw new InteropException($"{source.Path}: its generators differ in their layers, so they can't be those of one run");
        }

        using var device = Device.Open("cpu");
        List<StoredNetwork> taken = [.. generators, .. generators.SelectMany(g => source.NeededBy(g)).Distinct()];
        var arrays = taken.SelectMany(n => ArraysOf(n, nameInRun(n.Name), device)).ToList();
        var directory = new RunDirectory(folder);
        new Originals(source.Path).RefuseOver(directory.Options, directory.Latest);
        var networks = taken.ConvertAll(n => (Name: nameInRun(n.Name), n.Description, Source: n));
        var joins = directory.Exists;
        if (joins)
        {
            using var present = RunToJoin(directory, options, networks.ConvertAll(n => n.Name));
            arrays.AddRange(present.Networks.SelectMany(n => ArraysOf(n, n.Name, device)));
            networks.AddRange(present.Networks.Select(n => (n.Name, n.Description, n)));
        }
        else
        {
            directory.RequireNoRun();
        }

        directory.Create();
        using var held = RunLock.Take(directory);
        if (!joins)
        {
            directory.RequireNoRun(); // Another program may have started a run meanwhile.
        }

        var metadata = new Checkpoint(options, new RunPosition()).ToMetadata();
        var ordered = FamilyCatalog.Of(options).Networks(options).Join(networks, spec => spec.Name, n => n.Name, (_, known) => known);
        foreach (var (key, value) in WeightsDescription.ToMetadataOfRun(options, [.. ordered]))
        {
            metadata[key] = value; // Pairs, statistics, palettes and examples; a training of its own replaces them by its own.
        }

        SafetensorsWriter.Write(directory.Latest, arrays, metadata);
        AtomicFile.WriteText(directory.Options, options.ToJson() + '\n'); // Last: without a checkpoint it would be taken for the user's.
        return new ImportedRun
        {
            Directory = directory, Options = options, Networks = networks.ConvertAll(n => n.Name),
            Dropped = [.. taken.SelectMany(n => n.Dropped)], Remarks = source.Remarks,
            Lacks = [.. generators.SelectMany(g => source.LackedBy(g)).Distinct()],
        };
    }

    /// <summary>
    /// Applies the direction: an option if the family has one generator, the choice between the generators if it has two.
    /// </summary>
    private static TrainingOptions Directed(
        List<StoredNetwork> generators, Direction? direction, string path, out Func<string, string> nameInRun)
    {
        var options = generators[0].Options;
        nameInRun = name => name;
        var specs = FamilyCatalog.Of(options).Generators(options);
        if (direction is not { } way || options is not PictureOptions translation)
        {
            return options;
        }

        if (specs.Count == 1)
        {
            // Only files of this program are described; of another's, the direction is what the user says.
            return generators[0].Description is null || specs[0].Direction == way
                ? translation with { Direction = way }
                : throw new InteropException(
                    $"{path}: {generators[0].Name} translates {OptionsJson.TextOf(specs[0].Direction)}; leave out --direction");
        }

        if (generators is [{ HasKnownDirection: true, Generator: { } own }] && own.Direction == way)
        {
            return options;
        }

        if (generators.Count > 1 || generators[0].HasKnownDirection)
        {
            throw new InteropException($"{path}: names the direction of each generator " +
                $"({string.Join(", ", generators.Select(g => g.Name))}); leave out --direction");
        }

        if (way == specs[0].Direction)
        {
            return options;
        }

        nameInRun = _ => specs[1].Network;
        return translation with { InputNc = translation.OutputNc, OutputNc = translation.InputNc };
    }

    private static NetworkFile RunToJoin(RunDirectory directory, TrainingOptions options, List<string> names)
    {
        var present = NetworkFile.Open(directory.Path);
        var wrong = Checkpoint.Read(present.Path).Position.Samples > 0
            || present.Networks.Any(n => names.Contains(n.Name)) ? "holds a run already"
            : present.Networks[0].Options != options ? "holds a generator of other layers"
            : null;
        if (wrong is null)
        {
            return present;
        }

        present.Dispose();
        throw new InteropException($"{directory.Path}: {wrong}; choose another --out");
    }

    private static List<NamedArray> ArraysOf(StoredNetwork stored, string name, Device device)
    {
        using var step = device.Step();
        return [.. stored.LoadWhole(device).NamedTensors(name + ".").Select(t => WeightArrays.Of(t.Name, t.Tensor, half: false))];
    }
}
