using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Training;

/// <summary>Files and folders that a run was trained with and that are no longer there when it is resumed.</summary>
internal static class MovedFiles
{
    /// <summary>Name of the option for a generator to imitate, of which a run has a copy.</summary>
    public const string Teacher = "teacher";

    private static readonly string[] s_places = ["DIR", "FILE", "RUN|FILE"];

    /// <summary>Checks that the data set, the teacher and other files named by the options are still there.</summary>
    /// <param name="directory">the run</param>
    /// <param name="options">the options of the resumed run</param>
    /// <param name="stored">the options that it was trained with</param>
    /// <exception cref="RunException">one is missing; the message names the option for its new place</exception>
    public static void Require(RunDirectory directory, TrainingOptions options, TrainingOptions stored)
    {
        foreach (var option in OptionDescription.Of(options.GetType())
            .Where(o => o.IsData || (o.Attribute is { MayChange: true, Values: { } values } && s_places.Contains(values))))
        {
            if (option.Get(options) is string { Length: > 0 } path && Equals(path, option.Get(stored)) && !Path.Exists(path)
                && !ZooModel.IsName(path) && !(option.Name == Teacher && File.Exists(directory.Teacher)))
            {
                var way = OptionNames.AreTyped ? $"train --resume {ShellWord.Of(directory.Path)} --{option.Name} PLACE"
                    : $"{nameof(TrainingRun)}.{nameof(TrainingRun.Resume)}(…, o => o with {{ {option.Property.Name} = PLACE }})";
                throw new RunException($"{path}: is not there; {directory.Path} was trained with it as --{option.Name}. " +
                    $"If it has moved, name its place: {way}");
            }
        }
    }
}
