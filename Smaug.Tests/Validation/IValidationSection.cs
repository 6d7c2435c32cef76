namespace Smaug.Tests.Validation;

/// <summary>
/// One part of <c>docs/validation.md</c> that is written from golden data: a table with our figures beside the measured ones. A new one
/// is a type like its siblings and a line in <see cref="ValidationPage.Sections"/>; the page has a pair of markers with its name.
/// </summary>
internal interface IValidationSection
{
    /// <summary>Name of its markers in the page.</summary>
    string Name { get; }

    /// <summary>The Markdown between the markers. Skips the running test where golden data are missing.</summary>
    string Write();
}
