using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Weights from other runs, at any step and with any options, or from another program: initial ones, and those of a teacher. Initial
/// weights need networks with the same layers, or such as extend the stored ones (<see cref="IGrownNetwork"/>).
/// </summary>
internal static class InitialWeights
{
    /// <summary>
    /// Loads the networks in a run or a file into the model's networks of the same names. If no name matches, the file's first generator is
    /// loaded into the model's first network. Of a folder of the reference's checkpoints all networks are loaded, each from its file.
    /// </summary>
    /// <param name="path">a run, a file, or a folder of the reference's checkpoints</param>
    /// <param name="network">name of the only network to load, in the file or in a run; null for all that fit</param>
    /// <param name="model">the model to train</param>
    /// <exception cref="RunException">
    /// the file does not exist, or holds no network of this model, or one of other layers, of the other direction, or with its classes in
    /// another order
    /// </exception>
    /// <exception cref="CheckpointFormatException">the file is damaged</exception>
    public static void LoadNetworks(string path, string? network, GanModel model)
    {
        if (network is null && ReferenceFolder.FilesIn(path) is { Count: > 0 } files)
        {
            LoadFolder(path, files, model);
            return;
        }

        using var file = NetworkFile.Open(path, network);
        var pairs = file.Networks.Join(model.Networks, s => s.Name, n => n.Name, (stored, own) => (Stored: stored, Own: own)).ToList();
        if (pairs.Count == 0)
        {
            var generator = file.Networks.FirstOrDefault(n => n.IsGenerator)
                ?? throw new RunException($"{path}: holds {string.Join(", ", file.Networks.Select(n => n.Name))}, but training begins " +
                    $"with {NamesOf(model)}");
            pairs.Add((generator, model.Networks[0]));
        }

        Copy(pairs.ConvertAll(pair => (file.Path, pair.Stored, pair.Own)), model);
    }

    private static void LoadFolder(string folder, IReadOnlyList<(string Network, string File)> files, GanModel model)
    {
        var opened = new List<NetworkFile>();
        try
        {
            var pairs = new List<(string, StoredNetwork, NamedNetwork)>();
            foreach (var (name, path) in files)
            {
                if (model.Networks.Where(n => n.Name == name).ToList() is not [var own])
                {
                    throw new RunException($"{folder}: has {Path.GetFileName(path)}, but training begins with {NamesOf(model)}");
                }

                opened.Add(NetworkFile.Open(path));
                pairs.Add((path, opened[^1].Networks[0], own));
            }

            Copy(pairs, model);
        }
        finally
        {
            opened.ForEach(file => file.Dispose());
        }
    }

    private static string NamesOf(GanModel model) => string.Join(", ", model.Networks.Select(n => n.Name));

    private static void Copy(IReadOnlyList<(string File, StoredNetwork Stored, NamedNetwork Own)> pairs, GanModel model)
    {
        foreach (var (file, stored, own) in pairs)
        {
            RequireDirection(file, stored, own.Name, model);
            var loaded = stored.LoadWhole(model.Device);
            if (own.Network is IGrownNetwork grown && grown.TryInitializeFrom(loaded))
            {
                continue;
            }

            try
            {
                own.Network.CopyState(loaded, file, own.Name + ".");
            }
            catch (CheckpointFormatException e)
            {
                // The options are typed again, so none is cut off, as reasons in damaged files are.
                throw new RunException(
                    $"{file}: {e.Reason}; {FittingOptions.Of([.. pairs.Select(p => (p.Stored, p.Own.Name))], model.Options)}", e);
            }
        }

        // Layers that fit may have another class at a place of their input; an encoder reads pictures, and no classes.
        var specs = model.Family.Networks(model.Options);
        foreach (var (file, stored, own) in pairs)
        {
            if (specs.FirstOrDefault(spec => spec.Name == own.Name)?.Role != NetworkRole.Encoder
                && model.Options.ClassesAsIn(stored.Options) is { Count: > 0 } typed)
            {
                throw new RunException(
                    $"{file}: its {stored.Name} has the classes of this data set in another order; add {ShellWord.Words(typed)}");
            }
        }
    }

    /// <summary>
    /// Requires the direction of a training with two generators: in the other one they, and what judges them, have each other's names.
    /// </summary>
    private static void RequireDirection(string file, StoredNetwork stored, string name, GanModel model)
    {
        if (stored.HasKnownDirection && stored.Options is PictureOptions theirs && model.Options is PictureOptions ours
            && theirs.Direction != ours.Direction
            && model.Family.Networks(ours).Count(network => network.Role == NetworkRole.Generator) > 1)
        {
            var (there, here) = (OptionsJson.TextOf(theirs.Direction), OptionsJson.TextOf(ours.Direction));
            throw new RunException($"{file}: its {stored.Name} is of --direction {there}, but {name} here is of --direction {here}, the " +
                $"other way unless A and B of the data are exchanged; train with --direction {there}, and with A and B as they were there");
        }
    }

    /// <summary>Loads the trained generator that a model imitates, if it imitates one.</summary>
    /// <param name="model">the model to train</param>
    /// <param name="copy">the run's own copy of it, which is taken instead of the file that the options name; null for none</param>
    /// <returns>null if the model imitates none</returns>
    /// <inheritdoc cref="OpenTeacher"/>
    public static TeacherNetwork? LoadTeacher(GanModel model, string? copy)
    {
        if (model.TeacherPath is not { } named)
        {
            return null;
        }

        var teacher = OpenTeacher(copy ?? named, model);
        model.LearnFrom(teacher.Network);
        return teacher;
    }

    /// <summary>Loads a trained generator. Its dropout is off.</summary>
    /// <exception cref="RunException">
    /// the file does not exist, or its generator takes more than a picture or translates in the other direction
    /// </exception>
    /// <exception cref="CheckpointFormatException">the file is damaged</exception>
    public static TeacherNetwork OpenTeacher(string path, GanModel model)
    {
        using var file = NetworkFile.Open(path);
        var stored = file.Networks.FirstOrDefault(n => n.IsGenerator);
        if (stored?.Generator is not { Conditions: null } spec || stored.Load(model.Device) is not Layer teacher)
        {
            throw new RunException($"{path}: holds no generator from one picture to another, so there is nothing to imitate");
        }

        if (stored.HasKnownDirection && model.Options is PictureOptions options && options.Direction != spec.Direction)
        {
            var direction = OptionsJson.TextOf(spec.Direction);
            throw new RunException(
                $"{path}: {stored.Name} translates {direction}, and a student takes the direction of its teacher: --direction {direction}");
        }

        teacher.RequiresGrad = false;
        if (stored.UsesRunningStatistics)
        {
            teacher.Eval(); // As it translates.
        }

        foreach (var dropout in teacher.Descendants().OfType<Dropout>())
        {
            dropout.Eval();
        }

        return new TeacherNetwork(WeightsHash.Of(teacher), teacher, NetworkFile.MetadataOf(stored));
    }
}

/// <summary>A generator that a model imitates.</summary>
/// <param name="Hash">of its weights</param>
/// <param name="Network">the generator; the model's</param>
/// <param name="Metadata">that of a file which holds it alone</param>
internal sealed record TeacherNetwork(string Hash, Layer Network, IReadOnlyDictionary<string, string> Metadata);
