namespace IlgpuGan.Cli.Terminal;

/// <summary>Asks the user questions, line by line. They are printed to stderr, so that results on stdout can be redirected.</summary>
internal sealed class Questions(TextReader input, TextWriter screen)
{
    /// <summary>Asks for one of several words; the user enters the word or its number.</summary>
    /// <param name="question">without a question mark</param>
    /// <param name="choices">words and what they mean; the first is the default</param>
    /// <exception cref="UsageException">the input has ended</exception>
    public string Choose(string question, IReadOnlyList<(string Word, string Meaning)> choices)
    {
        screen.WriteLine($"{question}?");
        for (var i = 0; i < choices.Count; i++)
        {
            foreach (var line in WordWrap.Lines($"  {i + 1}  {choices[i].Word,-14}  {choices[i].Meaning}", further: 21))
            {
                screen.WriteLine(line);
            }
        }

        return Ask(question, choices[0].Word, text =>
            int.TryParse(text, out var number) && number >= 1 && number <= choices.Count ? choices[number - 1].Word
            : choices.Any(c => c.Word.Equals(text, StringComparison.OrdinalIgnoreCase)) ? text.ToLowerInvariant()
            : throw new FormatException($"Enter a number from 1 to {choices.Count}, or one of the words."));
    }

    /// <summary>Asks for yes or no; an empty line and the end of the input mean no.</summary>
    /// <param name="question">without a question mark</param>
    public bool Confirm(string question)
    {
        screen.Write($"{question}? [y/N]: ");
        screen.Flush();
        return input.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    /// <summary>Asks until the answer parses.</summary>
    /// <param name="question">without a question mark</param>
    /// <param name="standard">the answer that an empty line stands for; null if an answer is required</param>
    /// <param name="parse">throws a <see cref="FormatException"/> that says what is valid</param>
    /// <exception cref="UsageException">the input has ended</exception>
    public T Ask<T>(string question, string? standard, Func<string, T> parse)
    {
        while (true)
        {
            screen.Write(standard is null ? $"{question}: " : $"{question} [{standard}]: ");
            screen.Flush();
            var line = input.ReadLine()
                ?? throw new UsageException($"there is no answer to '{question}'; every question is also an option (see --help)");
            var text = line.Trim();
            try
            {
                return text.Length > 0 ? parse(text)
                    : standard is not null ? parse(standard)
                    : throw new FormatException("An answer is required.");
            }
            catch (FormatException problem)
            {
                screen.WriteLine(Printable.Of(problem.Message));
            }
        }
    }
}
